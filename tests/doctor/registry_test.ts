import { assertStringIncludes } from "@std/assert";
import { doctorPermissions } from "../../lib/config/permissions.ts";
import { REGISTRY } from "../../lib/doctor/registry.ts";
import { Authority } from "../support/certificates.ts";
import { freePort } from "../support/free_port.ts";
import { runProgram } from "../support/program.ts";
import { TestRegistry } from "../support/registry.ts";
import { assertFinding, assertHealthy, look } from "./_look.ts";

const LOOPBACK = { hostname: "127.0.0.1", port: 0, onListen: () => {} };

Deno.test("a registry answers, open or guarded", async () => {
  const credentials = { username: "user", password: "password" };
  for (const options of [{}, { credentials }]) {
    await using registry = await TestRegistry.start(options);
    assertHealthy(await look(REGISTRY, {}, { registry: registry.host }));
  }
});

Deno.test("a registry that cannot be reached is told with the reason", async () => {
  assertFinding(
    await look(REGISTRY, {}, { registry: "no-such-host.invalid" }),
    {
      verdict: "wrong",
      message: /name does not resolve/,
      advice: /name resolution/,
    },
  );
  assertFinding(
    await look(REGISTRY, {}, { registry: `127.0.0.1:${freePort()}` }),
    {
      verdict: "wrong",
      message: /nothing accepts connections/,
      advice: /port/,
    },
  );
});

Deno.test("a web server is no registry", async () => {
  await using web = Deno.serve(LOOPBACK, () => new Response("hello"));
  const registry = `127.0.0.1:${web.addr.port}`;
  assertFinding(await look(REGISTRY, {}, { registry }), {
    verdict: "wrong",
    message: /is no registry/,
    advice: /host and the port/,
  });
});

Deno.test("a registry's certificate is checked, with the authority of the settings", async () => {
  await using authority = await Authority.create();
  const { cert, key } = await authority.issue("localhost");
  await using server = Deno.serve(
    { ...LOOPBACK, cert, key },
    () =>
      new Response("{}", {
        headers: { "Docker-Distribution-API-Version": "registry/2.0" },
      }),
  );
  const registry = `localhost:${server.addr.port}`;
  assertFinding(await look(REGISTRY, {}, { registry }), {
    verdict: "wrong",
    message: /vouches/,
    advice: /TLS_CA_PATH/,
  });
  const TLS_CA_PATH = authority.certPath;
  assertHealthy(await look(REGISTRY, { TLS_CA_PATH }, { registry }));
});

Deno.test("a registry that was only guessed is no reason to fail", async () => {
  assertFinding(
    await look(REGISTRY, { ENDPOINT: "ws://no-such-host.invalid" }),
    {
      verdict: "warning",
      message: /no-such-host/,
      advice: /--registry=/,
    },
  );
  assertFinding(await look(REGISTRY, {}), {
    verdict: "unchecked",
    message: /no registry is known/,
    advice: /--registry=/,
  });
});

Deno.test("a registry without TLS answers on HTTP's own port, too", async () => {
  // An address of loopback that nobody else listens on.
  const registry = "127.0.0.81";
  await using _server = Deno.serve(
    { hostname: registry, port: 80, onListen: () => {} },
    () =>
      new Response("{}", {
        headers: { "Docker-Distribution-API-Version": "registry/2.0" },
      }),
  );
  assertFinding(await look(REGISTRY, {}, { registry }), {
    verdict: "ok",
    message: /a registry answers at 127\.0\.0\.81, without TLS/,
  });
});

Deno.test("Docker Hub is asked where its registry is", async () => {
  const { stdout } = await runProgram(["doctor", "--registry=docker.io"], {
    permissions: doctorPermissions(),
    // Nothing leaves this machine.
    env: {
      HTTPS_PROXY: `http://127.0.0.1:${freePort()}`,
      DOCKER_HOST: "unix:///none",
    },
  });
  assertStringIncludes(stdout, "registry-1.docker.io: the proxy");
});
