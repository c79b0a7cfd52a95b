import { BUILD_NETWORK } from "../../lib/doctor/build_network.ts";
import { assertFinding, assertHealthy, look } from "./_look.ts";

Deno.test("networks that the engine has are healthy, as is its own choice", async () => {
  assertHealthy(await look(BUILD_NETWORK, {}));
  for (const name of ["none", "host", "default"]) {
    assertHealthy(await look(BUILD_NETWORK, { BUILD_NETWORK: name }));
  }
});

Deno.test("a network that the engine does not have is wrong", async () => {
  assertFinding(await look(BUILD_NETWORK, { BUILD_NETWORK: "no-such" }), {
    verdict: "wrong",
    message: /no network no-such/,
    advice: /BUILD_NETWORK/,
  });
});

Deno.test("without an engine, a network is not checked", async () => {
  const settings = { BUILD_NETWORK: "none", DOCKER_HOST: "unix:///none" };
  assertFinding(await look(BUILD_NETWORK, settings), {
    verdict: "unchecked",
    message: /engine cannot be asked/,
  });
});
