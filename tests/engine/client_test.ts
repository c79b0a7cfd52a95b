import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { assert, assertEquals, assertRejects } from "@std/assert";
import {
  formatEngineAddress,
  parseEngineAddress,
} from "../../lib/engine/address.ts";
import { EngineClient } from "../../lib/engine/client.ts";
import {
  EngineError,
  EngineHttpError,
  EngineProtocolError,
  EngineVersionError,
} from "../../lib/engine/errors.ts";
import { getVersion } from "../../lib/engine/version.ts";
import { ping } from "../../lib/engine/ping.ts";
import { getInfo } from "../../lib/engine/info.ts";
import { FakeEngine } from "./_fake_engine.ts";
import { connect, EndlessBody } from "./_support.ts";

Deno.test("EngineClient speaks the engine's newest version that it knows", async () => {
  await using client = connect();
  const { apiVersion, version } = await getVersion(client);
  assertEquals(await client.apiVersion(), apiVersion);
  assertEquals((await ping(client)).apiVersion, apiVersion);
  assertEquals((await getInfo(client)).serverVersion, version);
});

/** An engine that knows a range of versions, and notes what it was asked. */
function versionedEngine(
  range: { oldest: string; newest: string },
  asked: string[] = [],
): FakeEngine {
  const minor = (version: string) => Number(version.split(".")[1]);
  return new FakeEngine((request) => {
    const { pathname } = new URL(request.url);
    asked.push(pathname);
    const headers = { "Api-Version": range.newest };
    if (pathname === "/_ping") return new Response("OK", { headers });
    if (pathname === "/version") {
      return Response.json({ MinAPIVersion: range.oldest }, { headers });
    }
    const version = pathname.split("/")[1] ?? "";
    const wrong = minor(version) > minor(range.newest)
      ? "new"
      : minor(version) < minor(range.oldest)
      ? "old"
      : undefined;
    if (wrong === undefined) return new Response("OK", { headers });
    const message = `client version ${
      version.slice(1)
    } is too ${wrong}. Some more words`;
    return Response.json({ message }, { status: 400, headers });
  });
}

Deno.test("EngineClient asks for the version once", async () => {
  const asked: string[] = [];
  await using engine = versionedEngine(
    { oldest: "1.12", newest: "1.41" },
    asked,
  );
  await ping(engine.client);
  await ping(engine.client);
  assertEquals(asked, ["/_ping", "/v1.41/_ping", "/v1.41/_ping"]);
});

Deno.test("EngineClient stays at the newest version it knows with a newer engine", async () => {
  await using engine = versionedEngine({ oldest: "1.44", newest: "1.99" });
  assertEquals(await engine.client.apiVersion(), "1.52");
});

Deno.test("EngineClient agrees anew when the engine was replaced", async () => {
  const range = { oldest: "1.24", newest: "1.48" };
  const asked: string[] = [];
  await using engine = versionedEngine(range, asked);
  await ping(engine.client);
  range.newest = "1.41";
  await ping(engine.client);
  assertEquals(asked.slice(2), ["/v1.48/_ping", "/_ping", "/v1.41/_ping"]);
  assertEquals(await engine.client.apiVersion(), "1.41");
});

Deno.test("EngineClient asks before an upload, which cannot be sent twice", async () => {
  const range = { oldest: "1.24", newest: "1.48" };
  await using engine = versionedEngine(range);
  await ping(engine.client);
  range.newest = "1.41";
  const response = await engine.client.request({
    action: "test",
    method: "POST",
    path: "/build",
    body: new Blob(["x"]).stream(),
  });
  assertEquals(await response.text(), "OK");
});

Deno.test("EngineClient says which side is too old", async () => {
  await using old = versionedEngine({ oldest: "1.12", newest: "1.31" });
  await assertRejects(
    () => ping(old.client),
    EngineVersionError,
    "upgrade the engine",
  );
  await using recent = versionedEngine({ oldest: "1.53", newest: "1.60" });
  await assertRejects(
    () => ping(recent.client),
    EngineVersionError,
    "upgrade this program",
  );
});

Deno.test("EngineClient recognises a server that is no engine", async () => {
  await using engine = new FakeEngine(() => new Response("<html>"));
  await assertRejects(
    () => ping(engine.client),
    EngineProtocolError,
    "no Docker engine",
  );
});

Deno.test("EngineClient says where something else answers a ping, and shows no page of that", async () => {
  const page = { headers: { "content-type": "text/html" } };
  const answers: [string, Response][] = [
    ["200", new Response("<html>", page)],
    ["403", new Response("<html>", { status: 403, ...page })],
    ["403: Access denied", new Response("Access\ndenied", { status: 403 })],
    ["502: Bad Gateway", new Response(null, { status: 502 })],
  ];
  for (const [said, answer] of answers) {
    await using web = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen: () => {} },
      () => answer,
    );
    const host = `tcp://127.0.0.1:${web.addr.port}`;
    await using client = new EngineClient(parseEngineAddress(host), {
      proxy: "squid:3128",
    });
    const error = await assertRejects(() => ping(client), EngineError);
    assertEquals(
      error.detail,
      `what answers at "${host}" is no Docker engine (${said}): the proxy squid:3128 is on the way, add 127.0.0.1 to NO_PROXY if that is not meant`,
    );
  }
});

Deno.test("EngineClient takes an engine's own refusal of a ping as it is", async () => {
  await using engine = new FakeEngine(() =>
    Response.json({ message: "not by that plugin" }, { status: 403 })
  );
  await assertRejects(
    () => ping(engine.client),
    EngineHttpError,
    "Cannot ping the engine: not by that plugin",
  );
});

Deno.test("EngineClient refuses an answer of the wrong shape", async () => {
  const answers = ["<html>", "[]", "{}", '{"Version":5,"ApiVersion":"1.41"}'];
  for (const answer of answers) {
    await using engine = new FakeEngine(() =>
      new Response(answer, { headers: { "Api-Version": "1.41" } })
    );
    await assertRejects(() => getVersion(engine.client), EngineProtocolError);
  }
});

Deno.test("EngineClient finds the reason in any error's body", async () => {
  const bodies: [string, string][] = [
    ['{"message":"why"}\n', "why"],
    ['{"error":"why","errorDetail":{"message":"why"}}\r\n', "why"],
    ['{"error":"why"}', "why"],
    ["why\n", "why"],
    [
      "<!DOCTYPE HTML>\n<p>Away",
      'what answers at "ENGINE" is no Docker engine (418): set DOCKER_HOST to where one listens',
    ],
    ["", "I'm a teapot"],
    ["x".repeat(200_000), `${"x".repeat(500)}…`],
  ];
  for (const [body, reason] of bodies) {
    await using engine = new FakeEngine(({ url }) =>
      url.endsWith("/_ping") && !url.includes("/v1")
        ? new Response(null, { headers: { "Api-Version": "1.41" } })
        : new Response(body, { status: 418 })
    );
    const error = await assertRejects(
      () => engine.client.request({ action: "test", path: "/x" }),
      EngineHttpError,
    );
    const address = formatEngineAddress(engine.client.address);
    const expected = reason.replace("ENGINE", address);
    assertEquals([error.status, error.detail], [418, expected]);
    assertEquals(error.message, `Cannot test: ${expected}`);
  }
});

Deno.test("EngineClient cancels a body that it cannot send", async () => {
  await using client = connect("unix:///nowhere/engine.sock");
  const body = new EndlessBody();
  await assertRejects(() =>
    client.request({
      action: "test",
      method: "POST",
      path: "/x",
      body: body.stream,
    })
  );
  await body.cancelled;
  assertEquals(body.chunks <= 1, true);
});

Deno.test("EngineClient stops the body when the answer is an error", async () => {
  // The server goes on to read, so that nothing but the client ends the upload.
  await using engine = new FakeEngine(async ({ url, body }) => {
    if (url.endsWith("/_ping")) {
      return new Response(null, { headers: { "Api-Version": "1.41" } });
    }
    const reader = body?.getReader();
    await reader?.read();
    (async () => {
      while (!(await reader?.read())?.done);
    })().catch(() => {});
    return Response.json({ message: "enough" }, { status: 500 });
  });
  const body = new EndlessBody();
  await assertRejects(
    () =>
      engine.client.request({
        action: "test",
        method: "POST",
        path: "/x",
        body: body.stream,
      }),
    EngineHttpError,
    "enough",
  );
  await body.cancelled;
});

Deno.test("EngineClient passes on what the body failed with", async () => {
  await using client = connect();
  const failure = new RangeError("source broke");
  const body = new ReadableStream<Uint8Array>({
    pull: (controller) => controller.error(failure),
  });
  const error = await assertRejects(() =>
    client.request({ action: "test", method: "POST", path: "/build", body })
  );
  assert(error === failure);
});

Deno.test("EngineClient rejects with the signal's reason, before and during a request", async () => {
  await using engine = new FakeEngine((_request) => new Promise(() => {}));
  const reason = new Error("mine");
  const body = new EndlessBody();
  const request = { action: "test", path: "/x", method: "POST" } as const;
  const before = await assertRejects(() =>
    engine.client.request({
      ...request,
      body: body.stream,
      signal: AbortSignal.abort(reason),
    })
  );
  assert(before === reason);
  await body.cancelled;

  const controller = new AbortController();
  const pending = engine.client.request({
    ...request,
    signal: controller.signal,
  });
  setTimeout(() => controller.abort(reason), 20);
  assert(await assertRejects(() => pending) === reason);
});

/** A body that goes no further after its first byte. */
function endless(): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start: (controller) => controller.enqueue(new Uint8Array(1)),
  });
}

Deno.test("EngineClient hears of the abort while an answer is read, however late", async () => {
  await using engine = new FakeEngine(({ url }) =>
    new Response(url.endsWith("/_ping") ? null : endless(), {
      headers: { "Api-Version": "1.41" },
    })
  );
  const controller = new AbortController();
  const { signal } = controller;
  const request = { action: "test", path: "/x", signal };
  const reader = (await engine.client.request(request)).body?.getReader();
  assert(reader !== undefined);
  await reader.read();
  // What nothing but the abort's way through the runtime holds is collected.
  setFlagsFromString("--expose-gc");
  runInNewContext("gc")();
  const reason = new Error("mine");
  setTimeout(() => controller.abort(reason));
  assert(await assertRejects(() => reader.read()) === reason);
});

Deno.test("EngineClient does nothing more once it is closed", async () => {
  const client = connect();
  await ping(client);
  client.close();
  client.close();
  await assertRejects(() => ping(client), TypeError, "closed");
});
