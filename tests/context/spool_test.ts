import { assert, assertEquals, assertRejects } from "@std/assert";
import { toBytes } from "@std/streams";
import {
  ContextError,
  type ContextErrorKind,
} from "../../lib/context/error.ts";
import { Spool, type SpoolOptions } from "../../lib/context/spool.ts";
import { TemporaryDirectory } from "../support/temporary_directory.ts";
import { streamOf } from "./_support.ts";

const BYTES = Uint8Array.from({ length: 3_000_000 }, (_, i) => i * i >> 8);

async function refuse(
  body: ReadableStream<Uint8Array<ArrayBuffer>>,
  options: SpoolOptions,
  kind: ContextErrorKind,
): Promise<string> {
  const error = await assertRejects(
    () => Spool.from(body, options),
    ContextError,
  );
  assertEquals(error.kind, kind, error.message);
  return error.message;
}

for (
  const [where, memoryBytes] of [["memory", 2 ** 30], [
    "a file",
    1_000_000,
  ]] as const
) {
  const limits = { memoryBytes };

  Deno.test(`a spool in ${where} gives back what went in, in any order`, async () => {
    await using spool = await Spool.from(streamOf(BYTES, 70_000), { limits });
    assertEquals(spool.size, BYTES.length);
    assertEquals(await toBytes(spool.stream()), BYTES);
    const [first, second] = await Promise.all([
      toBytes(spool.stream()),
      toBytes(spool.stream()),
    ]);
    assertEquals(first, second);
    const places = [[0, 10], [1_048_570, 20], [2_999_990, 100], [3_000_000, 1]];
    const parts = await Promise.all(
      places.map(([at = 0, length = 0]) => spool.read(at, length)),
    );
    for (const [i, [at = 0, length = 0]] of places.entries()) {
      assertEquals(parts[i], BYTES.slice(at, at + length));
    }
  });

  Deno.test(`a spool in ${where} leaves no file behind`, async () => {
    await using directory = await TemporaryDirectory.create();
    const temporaryDirectory = directory.path;
    const options = { limits, temporaryDirectory };
    await using spool = await Spool.from(streamOf(BYTES), options);
    assertEquals(await Array.fromAsync(Deno.readDir(temporaryDirectory)), []);
    await spool[Symbol.asyncDispose]();
    await assertRejects(() => spool.read(0, 1));
  });
}

Deno.test("a body that is not as long as was declared is refused", async () => {
  for (const declaredSize of [BYTES.length - 1, BYTES.length + 1]) {
    const message = await refuse(
      streamOf(BYTES),
      { declaredSize },
      "transfer",
    );
    assert(message.includes("got 3000000 bytes"), message);
    assert(message.includes(`${declaredSize} were declared`), message);
  }
  const declaredSize = BYTES.length;
  await using spool = await Spool.from(streamOf(BYTES), { declaredSize });
  assertEquals(spool.size, declaredSize);
});

Deno.test("a body that is too long is refused as soon as that is known", async () => {
  const limits = { packageBytes: 200_000 };
  let pulled = 0;
  let cancelled = false;
  const body = () =>
    new ReadableStream<Uint8Array<ArrayBuffer>>({
      pull: (controller) => {
        pulled++;
        controller.enqueue(new Uint8Array(64 * 1024));
      },
      cancel: () => {
        cancelled = true;
      },
    }, { highWaterMark: 0 });
  const message = await refuse(body(), { limits }, "limit");
  assert(message.includes("more than 200000 bytes"), message);
  assert(cancelled && pulled < 10);

  pulled = 0;
  await refuse(body(), { limits, declaredSize: 10 ** 9 }, "limit");
  assert(pulled <= 1);
});

Deno.test("a body that breaks off is a failed transfer", async () => {
  const cause = new TypeError("connection reset");
  const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
    pull: (controller) => controller.error(cause),
  });
  const error = await assertRejects(() => Spool.from(body), ContextError);
  assertEquals(error.kind, "transfer");
  assertEquals(error.cause, cause);
});

Deno.test("reading a body stops when told to, with the reason", async () => {
  const reason = new Error("enough");
  for (const memoryBytes of [2 ** 30, 10]) {
    const controller = new AbortController();
    let cancelled: unknown;
    const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
      start: (stream) => stream.enqueue(new Uint8Array(100)),
      pull: () => controller.abort(reason),
      cancel: (why) => {
        cancelled = why;
      },
    });
    const { signal } = controller;
    const limits = { memoryBytes };
    const error = await assertRejects(() =>
      Spool.from(body, { signal, limits })
    );
    assertEquals(error, reason);
    assertEquals(cancelled, reason);
  }
});

Deno.test("a spool's stream stops when told to, with the reason", async () => {
  await using spool = await Spool.from(streamOf(BYTES));
  const controller = new AbortController();
  const reader = spool.stream({ signal: controller.signal }).getReader();
  await reader.read();
  const reason = new Error("enough");
  controller.abort(reason);
  assertEquals(await assertRejects(() => reader.read()), reason);
});

Deno.test("a place where no file can be made is named", async () => {
  const message = await refuse(streamOf(BYTES), {
    limits: { memoryBytes: 1000 },
    temporaryDirectory: "/nonexistent/directory",
  }, "transfer");
  assert(message.includes("/nonexistent/directory"), message);
});

Deno.test({
  name: "without the permission for a file the error says what to do",
  permissions: { read: true, write: false },
  fn: async () => {
    const message = await refuse(
      streamOf(BYTES),
      { limits: { memoryBytes: 1000 } },
      "transfer",
    );
    assert(message.includes("more than 1000 bytes"), message);
    assert(message.includes("PACKAGE_MEMORY"), message);
  },
});
