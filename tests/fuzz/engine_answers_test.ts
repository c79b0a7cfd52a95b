import { assert } from "@std/assert";
import fc from "fast-check";
import { buildImage } from "../../lib/engine/build.ts";
import type { EngineClient } from "../../lib/engine/client.ts";
import { EngineError } from "../../lib/engine/errors.ts";
import { getInfo } from "../../lib/engine/info.ts";
import { inspectImage } from "../../lib/engine/inspect_image.ts";
import { listContainers } from "../../lib/engine/list_containers.ts";
import { listImages } from "../../lib/engine/list_images.ts";
import { ping } from "../../lib/engine/ping.ts";
import { pullImage } from "../../lib/engine/pull.ts";
import { pushImage } from "../../lib/engine/push.ts";
import { removeContainer } from "../../lib/engine/remove_container.ts";
import { removeImage } from "../../lib/engine/remove_image.ts";
import { getSystemTime } from "../../lib/engine/system_time.ts";
import { tagImage } from "../../lib/engine/tag.ts";
import { getVersion } from "../../lib/engine/version.ts";
import { RawEngine } from "../engine/_fake_engine.ts";
import { attemptAsync, fuzz } from "./_fuzz.ts";
import { damagedText, odd, oddValue } from "./_mutation.ts";

/** Everything that the worker asks of an engine. */
const CALLS: readonly ((client: EngineClient) => Promise<unknown>)[] = [
  (client) => ping(client),
  (client) => getVersion(client),
  (client) => getInfo(client),
  (client) => getSystemTime(client),
  (client) => listImages(client),
  (client) => listContainers(client),
  (client) => inspectImage(client, "x"),
  (client) => removeImage(client, "x"),
  (client) => removeContainer(client, "x"),
  (client) => tagImage(client, "x", { as: "y:z" }),
  (client) => pullImage(client, "x"),
  (client) => pushImage(client, "x"),
  (client) => buildImage(client, new Blob(["context"]).stream()),
];

const JSON_BODIES = [
  { Version: "20.10.24", ApiVersion: "1.41", MinAPIVersion: "1.12" },
  { ServerVersion: "1", Warnings: ["w"], NCPU: 2, DriverStatus: [["a", "b"]] },
  { SystemTime: "2026-01-02T03:04:05.123456789Z" },
  [{ Id: "sha256:0", RepoTags: ["a:b"], RepoDigests: [], Created: 1, Size: 1 }],
  [{ Id: "0", Names: ["/a"], ImageID: "sha256:0", State: "running" }],
  { Id: "sha256:0", RepoTags: ["a:b"], RepoDigests: ["a@b"], Size: 1 },
  [{ Untagged: "a:b" }, { Deleted: "sha256:0" }],
  { message: "No such image" },
  { status: "Status: Downloaded newer image for x:latest" },
  { aux: { Tag: "latest", Digest: "sha256:00", Size: 1 } },
  { stream: "Successfully built 00\n" },
  { aux: { ID: "sha256:00" } },
];
const jsonBody = fc.constantFrom(...JSON_BODIES);

const body = fc.oneof(
  jsonBody.map((value) => JSON.stringify(value)),
  jsonBody.chain((value) => odd(value)).map((value) => JSON.stringify(value)),
  jsonBody.chain((value) => damagedText([JSON.stringify(value)])),
  fc.array(jsonBody, { maxLength: 4 }).map((values) =>
    values.map((value) => `${JSON.stringify(value)}\r\n`).join("")
  ),
  oddValue.map((value) => JSON.stringify(value)),
  fc.string({ unit: "binary" }),
).map((text = "") => new TextEncoder().encode(text));

const status = fc.oneof(
  { arbitrary: fc.constant(200), weight: 6 },
  {
    arbitrary: fc.constantFrom(100, 101, 102, 201, 204, 205, 301, 304),
    weight: 2,
  },
  { arbitrary: fc.constantFrom(400, 404, 409, 500, 503, 599), weight: 2 },
  { arbitrary: fc.integer({ min: 0, max: 1_500 }), weight: 1 },
);

const framing = fc.constantFrom("length", "chunked", "close", "short", "long");

/** An answer of HTTP, whole or not, followed by the end of the connection. */
const answer = fc.tuple(status, body, framing, fc.option(fc.nat(400)))
  .map(([status, body, framing, cut]) => {
    const bytes = withFraming(status, body, framing);
    return cut === null ? bytes : bytes.slice(0, cut);
  });

/** What answers in place of an engine. */
const anything = fc.oneof(
  { arbitrary: answer, weight: 9 },
  {
    arbitrary: fc.uint8Array({ maxLength: 100 })
      .map((bytes) => new Uint8Array(bytes)),
    weight: 1,
  },
);

function withFraming(
  status: number,
  body: Uint8Array,
  framing: string,
): Uint8Array<ArrayBuffer> {
  const { length } = body;
  const headers = [`HTTP/1.1 ${status} Anything`, "Api-Version: 1.41"];
  const chunks: Uint8Array[] = [body];
  const encoder = new TextEncoder();
  if (framing === "chunked") {
    headers.push("Transfer-Encoding: chunked");
    if (length > 0) {
      chunks.unshift(encoder.encode(`${length.toString(16)}\r\n`));
      chunks.push(encoder.encode("\r\n"));
    }
    chunks.push(encoder.encode("0\r\n\r\n"));
  } else if (framing !== "close") {
    const lie = { short: length + 5, long: Math.max(length - 5, 0) }[framing];
    headers.push(`Content-Length: ${lie ?? length}`);
  }
  const head = encoder.encode(`${headers.join("\r\n")}\r\n\r\n`);
  const bytes = [head, ...chunks].flatMap((part) => [...part]);
  return new Uint8Array(bytes);
}

const PING = new TextEncoder().encode(
  "HTTP/1.1 200 OK\r\nApi-Version: 1.41\r\nContent-Length: 2\r\n" +
    "Connection: close\r\n\r\nOK",
);

Deno.test("Any answer in place of an engine's is understood or a typed error", async () => {
  let next = PING;
  await using engine = new RawEngine(async (connection) => {
    const buffer = new Uint8Array(64 * 1024);
    const length = await connection.read(buffer) ?? 0;
    const start = new TextDecoder().decode(buffer.subarray(0, length));
    const isPing = start.startsWith("GET /_ping ");
    const writer = connection.writable.getWriter();
    await writer.write(isPing ? PING : next);
    await writer.close();
  });
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...CALLS),
      anything,
      async (call, answer) => {
        next = answer;
        await attemptAsync(() => call(engine.client), EngineError);
      },
    ),
    fuzz(700),
  );
  next = PING;
  assert(await ping(engine.client));
});
