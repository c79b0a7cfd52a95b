import { assert } from "@std/assert";
import fc from "fast-check";
import { loadConfig } from "../../lib/config/config.ts";
import { ConfigError } from "../../lib/config/config_error.ts";
import { SETTINGS } from "../../lib/config/settings.ts";
import { parseEngineAddress } from "../../lib/engine/address.ts";
import { attempt, fuzz } from "./_fuzz.ts";
import { damagedText } from "./_mutation.ts";

const MARK = "marked-secret";

/** Settings that name files, which would have to be there. */
const NAMES = Object.keys(SETTINGS).filter((name) => !/PATH|FILE/.test(name));

const value = fc.oneof(
  damagedText([
    `ws://user:${MARK}@host:8787/x`,
    `wss://user:pass/${MARK}@host/?a#b`,
    `tcp://user:a/${MARK}@host:1`,
    "unix:///var/run/docker.sock",
    "64 MiB",
    "10m",
    "text",
    "true",
    "1,2",
  ]),
  fc.integer().map(String),
  fc.constantFrom("", " ", "0", "-1", "1e9", "9".repeat(400), "\0", "\ud800"),
  fc.string({ unit: "binary" }),
);

/** Whether a password in it can be told from the rest at all. */
function isRecognizable(value: string): boolean {
  return value.lastIndexOf("@") >= value.lastIndexOf(MARK);
}

Deno.test("Any settings are a configuration, or refused without their secrets", () => {
  const environment = fc.dictionary(
    fc.constantFrom(...NAMES),
    value.filter(isRecognizable),
    { maxKeys: 6 },
  );
  fc.assert(
    fc.property(environment, (environment) => {
      const variables = new Map(Object.entries(environment));
      if (variables.has("TOKEN")) variables.set("TOKEN", `${MARK}-token`);
      try {
        loadConfig((name) => variables.get(name));
      } catch (error) {
        assert(error instanceof ConfigError, Deno.inspect(error));
        assert(!error.message.includes(MARK), error.message);
      }
    }),
    fuzz(3_000),
  );
});

Deno.test("Any address of an engine is one, or refused", () => {
  fc.assert(
    fc.property(value, (value) => {
      attempt(() => parseEngineAddress(value), TypeError);
    }),
    fuzz(3_000),
  );
});
