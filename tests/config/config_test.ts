import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { loadConfig, readConfig } from "../../lib/config/config.ts";
import { ConfigError } from "../../lib/config/config_error.ts";

function load(environment: Record<string, string>) {
  return loadConfig((name) => environment[name]);
}

function mistakes(environment: Record<string, string>) {
  const error = assertThrows(() => load(environment), ConfigError);
  return error.mistakes.map(({ setting }) => setting);
}

Deno.test("an endpoint alone makes an enterprise worker", () => {
  const config = load({ ENDPOINT: "ws://localhost:8787" });
  assertEquals(config.endpoint.href, "ws://localhost:8787/");
  assertEquals(config.mode, { kind: "enterprise" });
  assertEquals(config.engine, { kind: "unix", path: "/var/run/docker.sock" });
  assertEquals(config.settings.BUILD_LOG_LIMIT, 33_554_432);
});

Deno.test("a server's socket is found below it, with and without a slash", () => {
  for (const server of ["wss://quay:8787", "wss://quay:8787/"]) {
    const { endpoint } = load({ ENDPOINT: "", SERVER: server });
    assertEquals(endpoint.href, "wss://quay:8787/b1/socket");
  }
  const both = load({ ENDPOINT: "ws://a/x", SERVER: "ws://b" });
  assertEquals(both.endpoint.href, "ws://a/x");
});

Deno.test("a realm and its token make a hosted worker", () => {
  const { mode } = load({ ENDPOINT: "ws://q", REALM: "r", TOKEN: "t-secret" });
  assertEquals(mode.kind, "hosted");
  if (mode.kind === "hosted") assertEquals(mode.token.reveal(), "t-secret");
});

Deno.test("a hosted worker has one builder", () => {
  const hosted = { ENDPOINT: "ws://q", REALM: "r", TOKEN: "t" };
  assertEquals(load({ ...hosted, BUILDERS: "1" }).settings.BUILDERS, 1);
  assertEquals(mistakes({ ...hosted, BUILDERS: "2" }), ["BUILDERS"]);
  assertEquals(
    load({ ENDPOINT: "ws://q", BUILDERS: "2" }).settings.BUILDERS,
    2,
  );
});

Deno.test("no more can be kept free than the engine's disk has", () => {
  const disk = (DISK_SIZE: string, DISK_FLOOR: string) => ({
    ENDPOINT: "ws://q",
    DISK_SIZE,
    DISK_FLOOR,
  });
  assertEquals(mistakes(disk("10GiB", "20GiB")), ["DISK_FLOOR"]);
  assertEquals(mistakes(disk("512MiB", "")), ["DISK_FLOOR"]);
  for (const floor of ["0", "10GiB"]) load(disk("20GiB", floor));
  load({ ENDPOINT: "ws://q", DISK_FLOOR: "20GiB" });
});

Deno.test("an empty configuration names what is missing and an example", () => {
  const error = assertThrows(() => load({}), ConfigError);
  assertEquals(error.mistakes.length, 1);
  assertEquals(
    error.message.includes("for example ENDPOINT=ws://quay.example.com:8787"),
    true,
  );
});

Deno.test("every mistake is named at once", () => {
  assertEquals(
    mistakes({
      ENDPOINT: "http://quay",
      REALM: "r",
      LOG_LEVEL: "loud",
      GIT_TIMEOUT: "soon",
      DOCKER_HOST: "ftp://engine",
    }).sort(),
    ["DOCKER_HOST", "ENDPOINT", "GIT_TIMEOUT", "LOG_LEVEL", "TOKEN"],
  );
  assertEquals(mistakes({ ENDPOINT: "ws://q", TOKEN: "t" }), ["TOKEN"]);
  assertEquals(mistakes({ SERVER: "quay:8787" }), ["SERVER"]);
});

Deno.test("a mistake's text never shows the token", () => {
  const error = assertThrows(
    () => load({ TOKEN: "t-secret", ENDPOINT: "ws://q" }),
    ConfigError,
  );
  assertEquals(error.message.includes("t-secret"), false);
});

Deno.test("a variable that may not be read is a mistake, not a crash", () => {
  const error = assertThrows(
    () =>
      loadConfig((name) => {
        if (name === "LOG_LEVEL") throw new Error("Requires env access");
        return name === "ENDPOINT" ? "ws://q" : undefined;
      }),
    ConfigError,
  );
  assertEquals(error.mistakes, [
    {
      setting: "LOG_LEVEL",
      source: "LOG_LEVEL",
      problem: "Requires env access",
    },
  ]);
});

Deno.test("values that nothing could work with later are mistakes now", () => {
  assertEquals(
    mistakes({
      ENDPOINT: "ws://quay:8787/#top",
      REALM: "two words",
      TOKEN: "t",
      MANAGER_TIMEOUT: "600h",
    }).sort(),
    ["ENDPOINT", "MANAGER_TIMEOUT", "REALM"],
  );
});

Deno.test("limits under which no build could succeed are mistakes", () => {
  const sizes = ["PACKAGE_LIMIT", "UNPACKED_LIMIT"];
  const timeouts = [
    ...["BUILD_TIMEOUT", "PULL_TIMEOUT", "PUSH_TIMEOUT"],
    ...["TRANSFER_IDLE_TIMEOUT", "DOWNLOAD_IDLE_TIMEOUT", "MANAGER_TIMEOUT"],
    ...["GIT_TIMEOUT", "GIT_IDLE_TIMEOUT"],
  ];
  const all = (size: string, timeout: string) => ({
    ENDPOINT: "ws://q",
    ...Object.fromEntries(sizes.map((name) => [name, size])),
    ...Object.fromEntries(timeouts.map((name) => [name, timeout])),
  });
  const names = [...sizes, ...timeouts].sort();
  assertEquals(mistakes(all("0", "1ms")).sort(), names);
  assertEquals(mistakes(all("1023KiB", "999ms")).sort(), names);
  load(all("1MiB", "1s"));
});

Deno.test("a mistyped address does not show its password", () => {
  const error = assertThrows(
    () => load({ ENDPOINT: "http://user:pass-word@quay" }),
    ConfigError,
  );
  assertEquals(error.message.includes("pass-word"), false);
});

Deno.test("a flag wins over the environment, and a mistake names it", () => {
  const environment = { ENDPOINT: "ws://env", LOG_LEVEL: "loud" };
  const get = (name: string) => new Map(Object.entries(environment)).get(name);
  const flags = { ENDPOINT: "ws://flag", LOG_LEVEL: "debug" };
  const config = loadConfig(get, { flags });
  assertEquals(config.endpoint.href, "ws://flag/");
  assertEquals(config.settings.LOG_LEVEL, "debug");

  const error = assertThrows(
    () => loadConfig(get, { flags: { DOCKER_HOST: "ftp://engine" } }),
    ConfigError,
  );
  assertEquals(error.mistakes.map(({ source }) => source), [
    "LOG_LEVEL",
    "--docker-host",
  ]);
  assertStringIncludes(
    error.message,
    "for example --docker-host=unix:///var/run/docker.sock",
  );
});

Deno.test("a server given as a flag wins over an endpoint of the environment", () => {
  const { endpoint } = loadConfig(
    (name) => name === "ENDPOINT" ? "ws://env" : undefined,
    { flags: { SERVER: "ws://flag" } },
  );
  assertEquals(endpoint.href, "ws://flag/b1/socket");
});

Deno.test("what is right can be read beside a mistake", () => {
  const { endpoint, engine, mode, mistakes } = readConfig(
    (name) => name === "DOCKER_HOST" ? "tcp://engine" : undefined,
  );
  assertEquals(mistakes.map(({ setting }) => setting), ["ENDPOINT"]);
  assertEquals(endpoint, undefined);
  assertEquals(mode, { kind: "enterprise" });
  assertEquals(engine?.kind, "tcp");
});

Deno.test("an address that cannot be used keeps its password to itself", () => {
  for (const start of ["ws//user:", "http://user:a/", "user:", "/u:p@"]) {
    const error = assertThrows(
      () => load({ ENDPOINT: `${start}pass-word@host` }),
      ConfigError,
    );
    assertEquals(error.message.includes("pass-word"), false, error.message);
  }
});
