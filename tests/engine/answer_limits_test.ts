import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { EngineProtocolError } from "../../lib/engine/errors.ts";
import { listImages } from "../../lib/engine/list_images.ts";
import { ping } from "../../lib/engine/ping.ts";
import { getVersion } from "../../lib/engine/version.ts";
import { FakeEngine, RawEngine } from "./_fake_engine.ts";

const headers = { "Api-Version": "1.41" };

Deno.test("an answer without end is given up", async () => {
  let cancelled = false;
  await using engine = new FakeEngine(({ url }) => {
    if (!url.endsWith("/version")) return new Response(null, { headers });
    const chunk = new Uint8Array(1024 ** 2).fill(0x20);
    return new Response(
      new ReadableStream({
        pull: (controller) => controller.enqueue(chunk),
        cancel: () => {
          cancelled = true;
        },
      }),
      { headers },
    );
  });
  await assertRejects(
    () => getVersion(engine.client),
    EngineProtocolError,
    "the answer is longer than the 67108864 bytes allowed",
  );
  assertEquals(await ping(engine.client).then(() => cancelled), true);
});

Deno.test("a time that is none is no valid answer", async () => {
  await using engine = new FakeEngine(() =>
    Response.json(
      [{ Id: "sha256:0", RepoTags: [], Created: 1e300, Size: 1 }],
      { headers },
    )
  );
  await assertRejects(
    () => listImages(engine.client),
    EngineProtocolError,
    'the answer has no valid "Created"',
  );
});

Deno.test("a status that HTTP does not have is no answer of an engine's", async () => {
  await using engine = new RawEngine(async (connection) => {
    await connection.read(new Uint8Array(64 * 1024));
    const answer = "HTTP/1.1 600 Anything\r\nContent-Length: 4\r\n\r\nbody";
    await connection.write(new TextEncoder().encode(answer));
  });
  const error = await assertRejects(
    () => ping(engine.client),
    EngineProtocolError,
  );
  assertStringIncludes(error.message, "the status 600");
});
