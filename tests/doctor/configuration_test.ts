import { assertEquals } from "@std/assert";
import { CONFIGURATION } from "../../lib/doctor/configuration.ts";
import { assertFinding, look } from "./_look.ts";

Deno.test("every mistake of the configuration is a finding with an example", async () => {
  const findings = await look(CONFIGURATION, {
    LOG_LEVEL: "chatty",
    DOCKER_HOST: "npipe://x",
  });
  assertFinding(findings, {
    verdict: "wrong",
    message: /^ENDPOINT: the Build Manager's address is missing/,
    advice: /ENDPOINT=ws:\/\//,
  });
  assertFinding(findings, {
    verdict: "wrong",
    message: /^LOG_LEVEL: cannot use "chatty"/,
    advice: /LOG_LEVEL=debug/,
  });
  assertFinding(findings, { verdict: "wrong", message: /^DOCKER_HOST: / });
});

Deno.test("what kind of worker it would be is told, and no token", async () => {
  const hosted = await look(CONFIGURATION, {
    ENDPOINT: "ws://quay",
    REALM: "realm-7",
    TOKEN: "t0ken-of-a-build",
  });
  assertFinding(hosted, { verdict: "ok", message: /hosted.*"realm-7"/ });
  assertEquals(JSON.stringify(hosted).includes("t0ken"), false);
});
