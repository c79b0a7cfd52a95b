import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { readMessages } from "../../lib/engine/_read_messages.ts";
import { BuildTrace } from "../../lib/engine/build_trace.ts";
import { EngineError } from "../../lib/engine/errors.ts";
import {
  type EngineMessage,
  MessageDecoder,
} from "../../lib/engine/message.ts";
import { joinBytes } from "../context/tar/_archive.ts";
import { attempt, attemptAsync, fuzz } from "./_fuzz.ts";
import { damagedText, odd } from "./_mutation.ts";

const MESSAGES = [
  { stream: "Step 1/2 : FROM busybox\n" },
  { stream: " ---> Running in 0123456789ab\n" },
  { stream: " ---> 0123456789ab\n" },
  { stream: " ---> Using cache\n" },
  { status: "Downloading", progressDetail: { current: 1, total: 2 }, id: "a" },
  { status: "latest: digest: sha256:00 size: 527" },
  { aux: { ID: "sha256:00" } },
  { errorDetail: { code: 1, message: "no" }, error: "no" },
  { progressDetail: {}, id: "é😀\u2028" },
];

const line = fc.oneof(
  fc.constantFrom(...MESSAGES).map((message) => JSON.stringify(message)),
  fc.constantFrom(...MESSAGES).chain((message) => odd(message))
    .map((value) => JSON.stringify(value)),
  fc.constantFrom(...MESSAGES)
    .chain((message) => damagedText([JSON.stringify(message)])),
  fc.string({ unit: "binary" }),
  fc.json(),
  fc.nat(3_000).map((depth) => `{"errorDetail":${"[".repeat(depth)}`),
);
const bytes = fc.oneof(
  { arbitrary: line.map((text) => new TextEncoder().encode(text)), weight: 9 },
  { arbitrary: fc.uint8Array({ maxLength: 40 }), weight: 1 },
);
const stream = fc.array(
  fc.tuple(bytes, fc.constantFrom("\r\n", "\n", "", "\r", "\n\n")),
  { maxLength: 12 },
).map((lines) =>
  joinBytes(lines.flatMap(([line, end]) => [
    new Uint8Array(line),
    new TextEncoder().encode(end),
  ]))
);
const cuts = fc.array(fc.nat(500), { maxLength: 20 });

/** Bytes in pieces of these lengths, some of them empty. */
function pieces(
  bytes: Uint8Array<ArrayBuffer>,
  lengths: readonly number[],
): Uint8Array<ArrayBuffer>[] {
  let at = 0;
  const parts = lengths.map((length) => bytes.slice(at, at += length));
  return [...parts, bytes.slice(at)];
}

/** All messages up to the first that is none, and what is said of that one. */
function decodeAll(
  parts: readonly Uint8Array<ArrayBuffer>[],
): { messages: EngineMessage[]; failure: string } {
  const decoder = new MessageDecoder({ action: "test", maxLength: 10_000 });
  const messages: EngineMessage[] = [];
  try {
    for (const part of parts) {
      for (const message of decoder.push(part)) messages.push(message);
    }
    messages.push(...decoder.end());
    return { messages, failure: "" };
  } catch (error) {
    assert(error instanceof EngineError, Deno.inspect(error));
    return { messages, failure: error.message };
  }
}

Deno.test("Any bytes are messages or a typed error, the same in any pieces", () => {
  fc.assert(
    fc.property(stream, cuts, (bytes, lengths) => {
      const whole = decodeAll([bytes]);
      assertEquals(decodeAll(pieces(bytes, lengths)), whole);
      assert(whole.failure.length < 1_000, whole.failure);
    }),
    fuzz(1_000),
  );
});

Deno.test("A line without end is given up at its limit, in any pieces", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5_000 }), (length) => {
      const decoder = new MessageDecoder({ action: "test", maxLength: 10_000 });
      const part = new Uint8Array(length).fill(0x61);
      let taken = 0;
      const give = () => [...decoder.push(part)];
      while (attempt(give, EngineError) !== undefined) {
        taken += length;
        assert(taken <= 10_000);
      }
    }),
    fuzz(200),
  );
});

Deno.test("An answer is read to its end or to a typed error", async () => {
  await fc.assert(
    fc.asyncProperty(stream, cuts, async (bytes, lengths) => {
      const body = ReadableStream.from(pieces(bytes, lengths));
      const trace = new BuildTrace();
      await attemptAsync(() =>
        readMessages(new Response(body), {
          action: "test",
          onMessage: (message) => trace.observe(message),
        }), EngineError);
      for (const id of [...trace.images, ...trace.containers]) {
        assert(/^[0-9a-f]{12}$/.test(id), id);
      }
    }),
    fuzz(700),
  );
});

const output = fc.array(
  fc.oneof(
    fc.constantFrom(
      "Step 1/3 : FROM x\n",
      "Step 2/3 : RUN y\n",
      "Step 3/3 : RUN z\n",
      "Step 999999999/3 : RUN z\n",
      " ---> Using cache\n",
    ),
    fc.tuple(
      fc.constantFrom(" ---> ", " ---> Running in "),
      fc.stringMatching(/^[0-9a-f]{12}$/),
    ).map(([start, id]) => `${start}${id}\n`),
    fc.string(),
  ),
  { maxLength: 60 },
);

Deno.test("What a build names as its own is one image and one container a step", () => {
  fc.assert(
    fc.property(output, (streams) => {
      const trace = new BuildTrace();
      for (const stream of streams) trace.observe({ stream });
      const named: readonly string[] =
        streams.join("\n").match(/[0-9a-f]{12}/g) ?? [];
      assert(trace.images.length <= 4 && trace.containers.length <= 4);
      for (const id of [...trace.images, ...trace.containers]) {
        assert(named.includes(id));
      }
    }),
    fuzz(3_000),
  );
});
