import { assertEquals } from "@std/assert";
import { ENGINE_REGISTRY } from "../../lib/doctor/engine_registry.ts";
import { Authority } from "../support/certificates.ts";
import { outerAddress } from "../support/outer_address.ts";
import { TestRegistry } from "../support/registry.ts";
import { assertFinding, assertHealthy, look } from "./_look.ts";

Deno.test("the engine reaches a registry that lets it in, and one that does not", async () => {
  const credentials = { username: "user", password: "password" };
  for (const options of [{}, { credentials }]) {
    await using registry = await TestRegistry.start(options);
    assertHealthy(
      await look(ENGINE_REGISTRY, {}, { registry: registry.host }),
    );
  }
});

Deno.test("what keeps the engine from a registry is told apart", async (t) => {
  const hostname = outerAddress();
  const options = { hostname, port: 0, onListen: () => {} };
  await using authority = await Authority.create();
  const ours = await authority.issue("registry", { names: [hostname] });
  const others = await authority.issue("registry", { names: ["localhost"] });
  const answer = () => new Response("{}");
  await using plain = Deno.serve(options, answer);
  await using untrusted = Deno.serve({ ...options, ...pem(ours) }, answer);
  await using misnamed = Deno.serve({ ...options, ...pem(others) }, answer);
  await using broken = Deno.serve(
    { ...options, hostname: "127.0.0.1" },
    () => new Response("busy", { status: 503 }),
  );
  const cases = [
    ["no-such-host.invalid", /no such host/, /name resolution of the engine/],
    [`${hostname}:1`, /connection refused/, /firewalls/],
    [`${hostname}:${plain.addr.port}`, /HTTP response/, /insecure-registries/],
    [`${hostname}:${untrusted.addr.port}`, /x509/, /certs\.d\/.*\/ca\.crt/],
    [`${hostname}:${misnamed.addr.port}`, /x509/, /name that the registry's/],
    [`127.0.0.1:${broken.addr.port}`, /503/, /no registry, or one in trouble/],
  ] as const;
  for (const [registry, message, advice] of cases) {
    await t.step(String(message), async () => {
      const findings = await look(ENGINE_REGISTRY, {}, { registry });
      assertFinding(findings, { verdict: "wrong", message, advice });
    });
  }
});

Deno.test("without an engine, nothing is said of the registry", async () => {
  const findings = await look(ENGINE_REGISTRY, {
    DOCKER_HOST: "unix:///no-such-engine.sock",
  }, { registry: "127.0.0.1:1" });
  assertEquals(findings.map(({ verdict }) => verdict), ["unchecked"]);
});

function pem({ cert, key }: { cert: string; key: string }) {
  return { cert, key };
}

Deno.test("a host that no image's name can begin with is not guessed to be a registry", async () => {
  assertFinding(await look(ENGINE_REGISTRY, { ENDPOINT: "ws://quay:8787" }), {
    verdict: "unchecked",
    message: /no registry is known/,
    advice: /--registry=/,
  });
});
