import { assertEquals, assertThrows } from "@std/assert";
import { ConfigError } from "../../lib/config/config_error.ts";
import { loadLocalConfig } from "../../lib/local_build/config.ts";
import { FOREIGN_VARIABLES } from "../../lib/config/foreign_settings.ts";

/** Calls a function with these variables set. */
function withVariables<T>(names: readonly string[], call: () => T): T {
  for (const name of names) Deno.env.set(name, "b a d");
  try {
    return call();
  } finally {
    for (const name of names) Deno.env.delete(name);
  }
}

Deno.test("settings that a build does not take may be anything", () => {
  for (const name of ["LISTEN", "BUILDERS", "DRAIN_TIMEOUT", "TLS_KEY_PATH"]) {
    assertEquals(FOREIGN_VARIABLES.includes(name), true, name);
  }
  const { endpoint, settings } = withVariables(
    FOREIGN_VARIABLES,
    () => loadLocalConfig({}),
  );
  assertEquals(endpoint.hostname, "127.0.0.1");
  assertEquals(settings.LISTEN, undefined);
  assertEquals(settings.BUILDERS, 1);
});

Deno.test("settings that a build takes are checked", () => {
  withVariables(
    ["PACKAGE_LIMIT"],
    () => assertThrows(() => loadLocalConfig({}), ConfigError, "PACKAGE_LIMIT"),
  );
});
