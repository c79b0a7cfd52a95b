import { assertEquals, assertStringIncludes } from "@std/assert";
import { packagePermissions } from "../../lib/config/permissions.ts";
import type { BuildReport } from "../../lib/manager/embedded/build_report.ts";
import { EmbeddedManager } from "../../lib/manager/embedded/embedded_manager.ts";
import { Authority } from "../support/certificates.ts";
import { eventually } from "../support/eventually.ts";
import { ForwardProxy } from "../support/forward_proxy.ts";
import { freePort } from "../support/free_port.ts";
import { outerAddress } from "../support/outer_address.ts";
import { SOCKET, WorkerProcess } from "../support/worker_process.ts";
import { Stage, TOKEN } from "./_stage.ts";
import { pushForeignImage } from "./_wrong_architecture.ts";

const ANY_PORT = { hostname: "127.0.0.1", port: 0, onListen: () => {} };

/** A trouble with the manager, and what the worker's log has to say of it. */
interface Trouble {
  readonly name: string;
  readonly env: Readonly<Record<string, string>>;
  readonly cause: string;
  readonly nextStep: string;
}

Deno.test("every trouble with the manager has a cause and a next step", async (t) => {
  await using authority = await Authority.create();
  const trusted = await authority.issue("quay");
  const expired = await authority.issue("quay", { days: [-9, -2] });
  const misnamed = await authority.issue("quay", { names: ["quay.invalid"] });
  const answer = () => new Response("hello");
  await using plain = Deno.serve(ANY_PORT, answer);
  await using secure = Deno.serve({ ...ANY_PORT, ...pem(trusted) }, answer);
  await using old = Deno.serve({ ...ANY_PORT, ...pem(expired) }, answer);
  await using other = Deno.serve({ ...ANY_PORT, ...pem(misnamed) }, answer);
  await using proxy = new ForwardProxy({
    login: { username: "user", password: "password" },
  });
  const wss = (server: Deno.HttpServer<Deno.NetAddr>) =>
    `wss://localhost:${server.addr.port}`;
  const TLS_CA_PATH = authority.certPath;
  const absentProxy = `http://127.0.0.1:${freePort()}`;
  const troubles: Trouble[] = [
    {
      name: "its name does not resolve",
      env: { ENDPOINT: "ws://no-such-host.invalid" },
      cause: "the host's name cannot be resolved",
      nextStep: "check the host in ENDPOINT or SERVER",
    },
    {
      name: "it refuses",
      env: { ENDPOINT: `ws://127.0.0.1:${freePort()}` },
      cause: "nothing accepts connections there",
      nextStep: "whether the Build Manager runs there",
    },
    {
      name: "it is no WebSocket server",
      env: { ENDPOINT: `ws://127.0.0.1:${plain.addr.port}` },
      cause: "not a WebSocket server",
      nextStep: "check the port and the path",
    },
    {
      name: "its authority is unknown",
      env: { ENDPOINT: wss(secure) },
      cause: "no authority that is trusted here vouches",
      nextStep: "TLS_CA_PATH",
    },
    {
      name: "its certificate has expired",
      env: { ENDPOINT: wss(old), TLS_CA_PATH },
      cause: "has expired",
      nextStep: "have it renewed",
    },
    {
      name: "its certificate is another host's",
      env: { ENDPOINT: wss(other), TLS_CA_PATH },
      cause: "is for another host",
      nextStep: "use the name that the certificate is for",
    },
    {
      name: "it does not speak TLS",
      env: { ENDPOINT: wss(plain) },
      cause: "does not speak TLS there",
      nextStep: "try ws:// instead of wss://",
    },
    {
      name: "the proxy wants a login",
      env: {
        ENDPOINT: "wss://quay.invalid",
        HTTPS_PROXY: proxy.url.replace(/\/\/.*@/, "//"),
      },
      cause: "the proxy on the way wants another login",
      nextStep: "check HTTP_PROXY and HTTPS_PROXY",
    },
    {
      name: "the proxy is not there",
      env: { ENDPOINT: "wss://quay.invalid", HTTPS_PROXY: absentProxy },
      cause: `the proxy "${new URL(absentProxy).host}" on the way cannot be`,
      nextStep: "check HTTP_PROXY and HTTPS_PROXY",
    },
  ];
  for (const { name, env, cause, nextStep } of troubles) {
    await t.step(name, async () => {
      await using worker = new WorkerProcess({
        env,
        permissions: packagePermissions({
          socket: SOCKET,
          certificates: authority.directory,
        }),
      });
      const log = await eventually(
        () => worker.log.includes("Connecting again") ? worker.log : undefined,
        { what: "that the worker could not connect" },
      );
      assertStringIncludes(log, cause);
      assertStringIncludes(log, nextStep);
    });
  }
});

/** A build that fails, and what its `base_error` has to say. */
interface FailedBuild {
  readonly name: string;
  readonly kwargs: Readonly<Record<string, unknown>>;
  readonly uri: string;
  readonly cause: string;
  readonly nextStep: string;
}

/** A registry that answers every request but the first with an error. */
function failingRegistry(
  status: number,
  body: string,
  options: Partial<Deno.ServeTcpOptions> = {},
): Deno.HttpServer<Deno.NetAddr> {
  return Deno.serve({ ...ANY_PORT, ...options }, ({ method, url }) => {
    const headers = { "Docker-Distribution-API-Version": "registry/2.0" };
    if (new URL(url).pathname === "/v2/") {
      return new Response("{}", { headers });
    }
    return method === "HEAD"
      ? new Response(null, { status: 404, headers })
      : new Response(body, {
        status,
        headers: { ...headers, "Content-Type": "application/json" },
      });
  });
}

function errorBody(code: string, message: string): string {
  return JSON.stringify({ errors: [{ code, message }] });
}

Deno.test("every trouble of a build has a cause and a next step", async (t) => {
  await using stage = await Stage.set();
  await using authority = await Authority.create();
  const outer = outerAddress();
  const certificate = await authority.issue("registry", { names: [outer] });
  await using full = failingRegistry(
    403,
    errorBody("DENIED", "Quota has been exceeded on namespace"),
  );
  await using untrusted = failingRegistry(404, "{}", {
    hostname: outer,
    ...pem(certificate),
  });
  await using plain = failingRegistry(404, "{}", { hostname: outer });
  const foreign = `${stage.open.host}/e2e/foreign:latest`;
  await pushForeignImage(stage.engine, foreign);
  const closed = freePort();
  const from = async (image: string, rest = "", files = {}) => ({
    build_package: await stage.package({
      Dockerfile: `FROM ${image}\n${rest}`,
      ...files,
    }),
  });
  const onto = async (server: Deno.HttpServer<Deno.NetAddr>) => ({
    ...await from(stage.base, "RUN true\n"),
    registry: `127.0.0.1:${server.addr.port}`,
  });

  const builds: FailedBuild[] = [
    {
      name: "the base image's registry has no address",
      kwargs: await from("no-such-host.invalid/base"),
      uri: "cannotpullbaseimage",
      cause: "no such host",
      nextStep: "name does not resolve on the build worker. Check it",
    },
    {
      name: "the base image's registry refuses",
      kwargs: await from(`127.0.0.1:${closed}/base`),
      uri: "cannotpullbaseimage",
      cause: "connection refused",
      nextStep: "Check its name and port",
    },
    {
      name: "the base image's registry is not trusted",
      kwargs: await from(`${outer}:${untrusted.addr.port}/base`),
      uri: "cannotpullbaseimage",
      cause: "x509: certificate signed by unknown authority",
      nextStep: "/etc/docker/certs.d",
    },
    {
      name: "the base image's registry does not speak TLS",
      kwargs: await from(`${outer}:${plain.addr.port}/base`),
      uri: "cannotpullbaseimage",
      cause: "server gave HTTP response to HTTPS client",
      nextStep: "insecure-registries",
    },
    {
      name: "the base image has no manifest",
      kwargs: await from(`${stage.open.host}/e2e/base:no-such-tag`),
      uri: "cannotpullbaseimage",
      cause: "manifest",
      nextStep: "Check both in the FROM line",
    },
    {
      name: "the base image is not for this build",
      kwargs: await from(`${stage.guarded.host}/e2e/base`),
      uri: "cannotpullbaseimage",
      cause: "no basic auth credentials",
      nextStep: "Check that the image exists and that the build's credentials",
    },
    {
      name: "the base image is for another processor",
      kwargs: await from(foreign, "RUN true\n"),
      uri: "builderror",
      cause: "exec format error",
      nextStep: "Use a base image for the worker's processor",
    },
    {
      name: "a file that is copied is in .dockerignore",
      kwargs: await from(stage.base, "COPY secret.txt /\n", {
        "secret.txt": "x",
        ".dockerignore": "*.txt\n",
      }),
      uri: "builderror",
      cause: "secret.txt",
      nextStep: "what .dockerignore excludes is not there",
    },
    {
      name: "the registry's quota is used up",
      kwargs: await onto(full),
      uri: "pushissue",
      cause: "Quota has been exceeded",
      nextStep: "Remove images or tags there",
    },
    {
      name: "the package's host has no address",
      kwargs: { build_package: "http://no-such-host.invalid/package" },
      uri: "buildpackissue",
      cause: "name does not resolve",
      nextStep: "the operator of this worker",
    },
    {
      name: "the package's host refuses",
      kwargs: { build_package: `http://127.0.0.1:${closed}/package` },
      uri: "buildpackissue",
      cause: "accepts no connection",
      nextStep: "try again later",
    },
    {
      name: "the package's host is not trusted",
      kwargs: {
        build_package: `https://${outer}:${untrusted.addr.port}/package`,
      },
      uri: "buildpackissue",
      cause: "vouches for the server's certificate",
      nextStep: "TLS_CA_PATH",
    },
  ];

  await using manager = await EmbeddedManager.listen();
  await using _worker = new WorkerProcess({
    env: { ENDPOINT: manager.url, BUILDERS: String(builds.length) },
  });
  const reports = await Promise.all(
    builds.map(({ kwargs }) => manager.build(stage.arguments(kwargs))),
  );
  for (const [index, { name, uri, cause, nextStep }] of builds.entries()) {
    await t.step(name, () => {
      const text = baseError(reports[index], uri);
      assertStringIncludes(text, cause);
      assertStringIncludes(text, nextStep);
      assertEquals(text.includes(TOKEN), false);
    });
  }

  await t.step("a Dockerfile named in .dockerignore is used", async () => {
    const report = await manager.build(stage.arguments(
      await from(stage.base, "RUN true\n", { ".dockerignore": "Dockerfile\n" }),
    ));
    assertEquals(report.kind, "success");
  });
});

function baseError(report: BuildReport | undefined, uri: string): string {
  if (report?.kind !== "failure") {
    throw new Error(`The build did not fail: ${JSON.stringify(report)}`);
  }
  assertEquals(report.uri, `io.quay.builder.${uri}`, report.baseError);
  return report.baseError;
}

function pem({ cert, key }: { cert: string; key: string }) {
  return { cert, key };
}
