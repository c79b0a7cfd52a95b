import {
  assertEquals,
  assertRejects,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { type Config, loadConfig } from "../../lib/config/config.ts";
import { ConfigError } from "../../lib/config/config_error.ts";
import { loadTls } from "../../lib/config/load_tls.ts";
import { configuredProxies } from "../../lib/config/proxies.ts";
import { Authority } from "../support/certificates.ts";

type Environment = Readonly<Record<string, string>>;

function load(environment: Environment): Config {
  const whole: Environment = { ENDPOINT: "ws://q", ...environment };
  return loadConfig((name) => whole[name]);
}

/** The settings that are wrong, with what is wrong about them. */
function mistakes(environment: Environment): [string, string][] {
  const error = assertThrows(() => load(environment), ConfigError);
  return error.mistakes.map(({ setting, problem }) => [setting, problem]);
}

Deno.test("a certificate goes with its key, and a key with its certificate", () => {
  assertEquals(mistakes({ TLS_CERT_PATH: "/c" }), [
    ["TLS_KEY_PATH", "the private key is missing, expected with TLS_CERT_PATH"],
  ]);
  assertEquals(mistakes({ TLS_KEY_PATH: "/k" }), [
    ["TLS_CERT_PATH", "the certificate is missing, expected with TLS_KEY_PATH"],
  ]);
});

Deno.test("one authority is trusted alone only where Deno was started for it", () => {
  const trust = { TLS_CA_PATH: "/ca.pem", TLS_CA_ONLY: "true" };
  const start = { DENO_TLS_CA_STORE: "system", SSL_CERT_FILE: "/ca.pem" };
  assertEquals(load({ ...trust, ...start }).settings.TLS_CA_ONLY, true);
  const wrong: readonly Environment[] = [
    {},
    { ...start, DENO_TLS_CA_STORE: "system,mozilla" },
    { ...start, SSL_CERT_FILE: "/other.pem" },
    { ...start, SSL_CERT_DIR: "/etc/ssl/certs" },
    { ...start, DENO_CERT: "/other.pem" },
  ];
  for (const environment of wrong) {
    const [[setting, problem] = []] = mistakes({ ...trust, ...environment });
    assertEquals(setting, "TLS_CA_ONLY");
    assertStringIncludes(
      problem ?? "",
      "DENO_TLS_CA_STORE=system SSL_CERT_FILE=/ca.pem",
    );
    assertStringIncludes(problem ?? "", "are variables, and not flags");
  }
  const [[setting] = []] = mistakes({ TLS_CA_ONLY: "true", ...start });
  assertEquals(setting, "TLS_CA_PATH");
});

Deno.test("an engine at tcp:// is reached over TLS as the docker command line says it", () => {
  const secured: readonly Environment[] = [
    { DOCKER_CERT_PATH: "/certs" },
    { DOCKER_TLS_VERIFY: "1" },
    { DOCKER_TLS_VERIFY: "0" },
  ];
  for (const environment of secured) {
    const { engine } = load({ DOCKER_HOST: "tcp://engine", ...environment });
    const expected = { hostname: "engine", port: 2376, secure: true };
    assertEquals(engine, { kind: "tcp", ...expected });
  }
  const { engine } = load({
    DOCKER_HOST: "tcp://engine",
    DOCKER_TLS_VERIFY: "",
  });
  assertEquals(engine, {
    kind: "tcp",
    hostname: "engine",
    port: 2375,
    secure: false,
  });
});

Deno.test("proxies are read in upper and lower case, as Deno does it", () => {
  const { settings } = load({
    HTTP_PROXY: "upper:1",
    http_proxy: "lower:1",
    https_proxy: "lower:2",
    NO_PROXY: "",
    no_proxy: "localhost",
  });
  const { http, https, exceptions } = configuredProxies(settings);
  assertEquals(http?.reveal(), "http://upper:1");
  assertEquals(https?.reveal(), "http://lower:2");
  assertEquals(exceptions, "localhost");
});

Deno.test("a mistyped proxy does not show its login", () => {
  const error = assertThrows(
    () => load({ HTTPS_PROXY: "me:pass-word@proxy:99999" }),
    ConfigError,
  );
  assertStringIncludes(error.message, "HTTPS_PROXY");
  assertEquals(error.message.includes("pass-word"), false);
});

Deno.test("loadTls reads what settings name, for those that they are meant for", async () => {
  await using authority = await Authority.create();
  await using docker = await Authority.create("docker");
  const { certPath, keyPath, cert } = await authority.issue("worker");
  const client = await docker.issue("client");
  await docker.write("cert.pem", client.cert);
  await docker.write("key.pem", client.key);
  const own = {
    TLS_CA_PATH: authority.certPath,
    TLS_CERT_PATH: certPath,
    TLS_KEY_PATH: keyPath,
  };
  const tls = await loadTls(load({
    ...own,
    DOCKER_HOST: "tcp://engine",
    DOCKER_CERT_PATH: docker.directory,
  }));
  assertEquals(tls.manager.identity?.certificates, cert);
  assertEquals(tls.manager.authorities, authority.cert);
  assertEquals(tls.sources, { authorities: authority.cert });
  assertEquals(tls.engine.authorities, docker.cert);
  assertEquals(tls.engine.identity?.certificates, client.cert);

  // What a socket does without is not looked for.
  const bySocket = await loadTls(load({ ...own, DOCKER_CERT_PATH: "/none" }));
  assertEquals(bySocket.engine, { authorities: authority.cert });
});

Deno.test("loadTls names every file that cannot be used, and why", async () => {
  await using authority = await Authority.create();
  const { certPath } = await authority.issue("worker");
  const config = load({
    TLS_CA_PATH: "/none/ca.pem",
    TLS_CERT_PATH: certPath,
    TLS_KEY_PATH: certPath,
    DOCKER_HOST: "tcp://engine",
    DOCKER_CERT_PATH: "/none",
  });
  const error = await assertRejects(() => loadTls(config), ConfigError);
  assertEquals(
    error.mistakes.map(({ setting, problem }) => `${setting}: ${problem}`),
    [
      'TLS_CA_PATH: cannot use "/none/ca.pem": there is no such file',
      `TLS_KEY_PATH: cannot use "${certPath}": it holds no private key, expected PEM that begins with -----BEGIN PRIVATE KEY-----`,
      'DOCKER_CERT_PATH: cannot use "/none/ca.pem": there is no such file',
    ],
  );
});

Deno.test("a mistake in a file names the flag that named it", async () => {
  const get = (name: string) => name === "ENDPOINT" ? "wss://quay" : undefined;
  const flags = { TLS_CA_PATH: "/none/ca.pem" };
  const error = await assertRejects(
    () => loadTls(loadConfig(get, { flags })),
    ConfigError,
  );
  assertEquals(error.mistakes.map(({ source }) => source), ["--tls-ca-path"]);
  assertStringIncludes(error.message, "for example --tls-ca-path=/etc/");
});
