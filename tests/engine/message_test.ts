import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import fc from "fast-check";
import {
  EngineProtocolError,
  EngineTruncatedError,
} from "../../lib/engine/errors.ts";
import {
  type EngineMessage,
  MessageDecoder,
} from "../../lib/engine/message.ts";

const encoder = new TextEncoder();

function decode(
  chunks: Iterable<Uint8Array | string>,
  maxLength?: number,
): EngineMessage[] {
  const decoder = new MessageDecoder({
    action: "test",
    ...(maxLength !== undefined && { maxLength }),
  });
  const messages: EngineMessage[] = [];
  for (const chunk of chunks) {
    const bytes = typeof chunk === "string" ? encoder.encode(chunk) : chunk;
    messages.push(...decoder.push(bytes));
  }
  messages.push(...decoder.end());
  return messages;
}

function split(bytes: Uint8Array, cuts: readonly number[]): Uint8Array[] {
  const places = cuts.map((cut) => cut % (bytes.length + 1))
    .sort((a, b) => a - b);
  return [0, ...places].map((start, i) =>
    bytes.subarray(start, places[i] ?? bytes.length)
  );
}

const text = fc.string({ unit: "binary" });

const message: fc.Arbitrary<EngineMessage> = fc.oneof(
  fc.record({ stream: text }),
  fc.record({
    status: text,
    id: fc.string(),
    progressDetail: fc.record({ current: fc.nat(), total: fc.nat() }),
  }),
  fc.record({ aux: fc.record({ ID: fc.string() }) }),
);

Deno.test("MessageDecoder gives the same messages however they are cut", () => {
  fc.assert(
    fc.property(
      fc.array(message, { maxLength: 20 }),
      fc.array(fc.nat(), { maxLength: 20 }),
      fc.constantFrom("\r\n", "\n"),
      fc.boolean(),
      (messages, cuts, lineEnd, endsLine) => {
        const lines = messages.map((item) => JSON.stringify(item));
        const all = lines.join(lineEnd) + (endsLine ? lineEnd : "");
        // JSON.stringify escapes lone surrogates, so that the bytes are exact.
        assertEquals(decode(split(encoder.encode(all), cuts)), messages);
      },
    ),
    { seed: 1, numRuns: 2_000 },
  );
});

Deno.test("MessageDecoder meets any bytes with messages or a typed error", () => {
  fc.assert(
    fc.property(
      fc.array(fc.uint8Array({ maxLength: 200 })),
      (chunks) => {
        try {
          decode(chunks);
          return true;
        } catch (error) {
          return error instanceof EngineProtocolError ||
            error instanceof EngineTruncatedError;
        }
      },
    ),
    { seed: 1, numRuns: 2_000 },
  );
});

Deno.test("MessageDecoder replaces bytes that are no UTF-8", () => {
  const start = encoder.encode('{"stream":"a');
  const invalid = new Uint8Array([0xff, 0xc3]);
  assertEquals(decode([start, invalid, 'b"}\r\n{"stream":"c"}\r\n']), [
    { stream: "a\uFFFD\uFFFDb" },
    { stream: "c" },
  ]);
});

Deno.test("MessageDecoder leaves out what has the wrong type or no meaning", () => {
  const value = {
    stream: 1,
    status: "Pulling",
    id: null,
    progress: "[==> ]",
    progressDetail: {},
    aux: null,
    error: "",
    time: 5,
  };
  assertEquals(decode([JSON.stringify(value)]), [{ status: "Pulling" }]);
  assertEquals(decode(['{"progressDetail":{"current":5,"total":"x"}}']), [
    { progressDetail: { current: 5 } },
  ]);
});

Deno.test("MessageDecoder reads an error in each of its shapes", () => {
  const shapes: [unknown, EngineMessage["error"]][] = [
    [{ error: "m" }, { message: "m" }],
    [{ errorDetail: { message: "m" } }, { message: "m" }],
    [{ errorDetail: { message: "m", code: 3 }, error: "m" }, {
      message: "m",
      code: 3,
    }],
    [{ errorDetail: { code: 3 } }, { message: '{"code":3}', code: 3 }],
    [{ error: { odd: true } }, { message: '{"odd":true}' }],
  ];
  for (const [value, error] of shapes) {
    assertEquals(decode([JSON.stringify(value)])[0]?.error, error);
  }
});

Deno.test("MessageDecoder refuses what is no JSON object, after what came before", () => {
  for (const line of ["<html>", "[]", "5", "null", '"x"', '{"a":']) {
    const decoder = new MessageDecoder({ action: "test" });
    const messages = decoder.push(encoder.encode(`{"id":"a"}\r\n${line}\r\n`));
    assertEquals(messages.next().value, { id: "a" });
    const error = assertThrows(() => messages.next(), EngineProtocolError);
    assertStringIncludes(error.message, JSON.stringify(line));
  }
});

Deno.test("MessageDecoder tells an end inside a message from a whole answer", () => {
  assertEquals(decode(['{"id":"a"}']), [{ id: "a" }]);
  assertThrows(() => decode(['{"id":"a"}\r\n{"id":']), EngineTruncatedError);
});

Deno.test("MessageDecoder bounds the length of one message", () => {
  const line = `{"stream":"${"x".repeat(87)}"}\n`;
  assertEquals(line.length, 101);
  assertEquals(decode([line, line], 100).length, 2);
  assertThrows(() => decode([line], 99), EngineProtocolError, "99 characters");
  const endless = Array.from({ length: 50 }, () => "yyyy");
  assertThrows(() => decode(endless, 99), EngineProtocolError);
});

Deno.test("MessageDecoder takes a message in very many chunks", () => {
  // Copying what is there with each chunk, 2 TB in all, would take minutes.
  const parts = Array.from({ length: 2 ** 18 - 1 }, () => "x".repeat(64));
  const [message] = decode(['{"stream":"', ...parts, '"}\r\n']);
  assertEquals(message?.["stream"], parts.join(""));
});

Deno.test("MessageDecoder takes messages of 16 Mi characters, and no longer by default", () => {
  const longest = 16 * 1024 ** 2;
  const padding = "x".repeat(longest - `{"stream":""}`.length);
  assertEquals(decode([`{"stream":"${padding}"}\n`]), [{ stream: padding }]);
  assertThrows(
    () => decode([`{"stream":"${padding}x"}\n`]),
    EngineProtocolError,
    `a message is longer than ${longest} characters`,
  );
});
