import { assertEquals, assertRejects } from "@std/assert";
import {
  EngineError,
  EngineHttpError,
  EngineStreamError,
  EngineTimeoutError,
} from "../../lib/engine/errors.ts";
import { pullImage } from "../../lib/engine/pull.ts";
import { pushImage } from "../../lib/engine/push.ts";
import { isRateLimited, isRetriable } from "../../lib/engine/retriable.ts";
import { tagImage } from "../../lib/engine/tag.ts";
import { BaseImage } from "../support/base_image.ts";
import { FakeRegistry } from "./_fake_registry.ts";
import { connect, removeLater } from "./_support.ts";

function registryError(status: number, code: string): () => Response {
  return () =>
    Response.json({ errors: [{ code, message: "words" }] }, { status });
}

const plain = (status: number) => () => new Response("words", { status });

/** What a registry answers, and whether trying again may help. */
const ANSWERS: [string, () => Response, boolean][] = [
  ["401", registryError(401, "UNAUTHORIZED"), false],
  ["403", registryError(403, "DENIED"), false],
  ["403 in plain text", plain(403), false],
  ["404", registryError(404, "NAME_UNKNOWN"), false],
  ["404 in plain text", plain(404), false],
  ["429", registryError(429, "TOOMANYREQUESTS"), true],
  ["429 in plain text", plain(429), true],
  ["500", plain(500), true],
  ["502", plain(502), true],
  ["503", registryError(503, "UNAVAILABLE"), true],
  ["504", plain(504), true],
];

Deno.test("isRetriable() judges a pull by what the registry answered", async () => {
  await using client = connect();
  for (const [name, answer, expected] of ANSWERS) {
    await using registry = new FakeRegistry(answer);
    // A name that could mislead whoever looks for words.
    const image = `${registry.host}/denied/timeout:eof`;
    const error = await assertRejects(
      () => pullImage(client, image),
      EngineError,
    );
    assertEquals(isRetriable(error), expected, `${name}: ${error.message}`);
    assertEquals(isRateLimited(error), name.startsWith("429"), error.message);
  }
});

Deno.test("isRetriable() judges a push by what the registry answered", async () => {
  await using client = connect();
  await using base = await BaseImage.make(client);
  for (const [name, answer, expected] of ANSWERS) {
    // The engine itself tries again for 50 s after a status of 500 and above.
    if (/^5/.test(name)) continue;
    await using registry = new FakeRegistry(answer);
    const image = `${registry.host}/denied/timeout:eof`;
    await tagImage(client, base.name, { as: image });
    await using _image = removeLater(client, image);
    const error = await assertRejects(
      () => pushImage(client, image),
      EngineError,
    );
    assertEquals(isRetriable(error), expected, `${name}: ${error.message}`);
    assertEquals(isRateLimited(error), name.startsWith("429"), error.message);
  }
});

Deno.test("isRetriable() judges a broken connection to the registry", async () => {
  await using client = connect();
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const hangUp = (async () => {
    for await (const connection of listener) connection.close();
  })();
  const image = `127.0.0.1:${listener.addr.port}/a:b`;
  const error = await assertRejects(
    () => pullImage(client, image),
    EngineHttpError,
  );
  assertEquals(isRetriable(error), true, error.message);
  listener.close();
  await hangUp;
});

Deno.test("isRetriable() knows the words of engines and networks", () => {
  const words: [string, boolean][] = [
    ["received unexpected HTTP status: 500 Internal Server Error", true],
    ['Get "http://h:5/v2/": http: server closed idle connection', true],
    [
      "unexpected status from PUT request to http://h:5/v2/a/blobs: 503 Service Unavailable",
      true,
    ],
    [
      "unexpected status from HEAD request to https://h/v2/a/manifests/b: 403 Forbidden",
      false,
    ],
    ["read tcp 10.0.0.1:4->10.0.0.2:443: read: connection reset by peer", true],
    ['Get "https://h/v2/": net/http: TLS handshake timeout', true],
    ["dial tcp 10.0.0.2:443: i/o timeout", true],
    ["unexpected EOF", true],
    ["filesystem layer verification failed for digest sha256:ab", true],
    ["toomanyrequests: You have reached your pull rate limit", true],
    ["dial tcp: lookup h on 10.0.0.53:53: server misbehaving", true],
    ["dial tcp: lookup h on 10.0.0.53:53: no such host", false],
    [
      "tls: failed to verify certificate: x509: certificate signed by unknown authority",
      false,
    ],
    ["denied: requested access to the resource is denied", false],
    [
      "no matching manifest for linux/arm64 in the manifest list entries",
      false,
    ],
    ["write /var/lib/docker/tmp/x: no space left on device", false],
    ["some words that nobody foresaw", false],
  ];
  for (const [detail, expected] of words) {
    const stream = new EngineStreamError(detail, { action: "pull image" });
    assertEquals(isRetriable(stream), expected, detail);
    const http = new EngineHttpError(detail, {
      action: "pull image",
      status: 500,
    });
    assertEquals(isRetriable(http), expected, detail);
  }
});

Deno.test("isRetriable() tells what stalled from what was too slow", () => {
  for (const isStalled of [true, false]) {
    const options = { action: "pull image", isStalled };
    const error = new EngineTimeoutError("it took too long", options);
    assertEquals(isRetriable(error), isStalled);
  }
});

Deno.test("isRetriable() leaves alone what is not the engine's", () => {
  assertEquals(isRetriable(new Error("unexpected EOF")), false);
  assertEquals(isRetriable(new DOMException("", "AbortError")), false);
  assertEquals(isRetriable(undefined), false);
});
