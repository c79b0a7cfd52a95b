import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { decode } from "../../lib/wamp/decode.ts";
import { encode } from "../../lib/wamp/encode.ts";
import { ProtocolViolation } from "../../lib/wamp/errors.ts";
import { arbitraryMessage } from "./_arbitrary_message.ts";

function assertViolation(text: string, messageIncludes: string): void {
  assertThrows(() => decode(text), ProtocolViolation, messageIncludes);
}

Deno.test("decode() fills in an empty payload", () => {
  assertEquals(decode("[50, 3, {}]"), {
    kind: "result",
    request: 3,
    details: {},
    args: [],
    kwargs: {},
  });
});

Deno.test("decode() keeps unknown keys of options and details", () => {
  const message = decode('[2, 0, {"roles": {}, "x": [1]}]');
  assertEquals(message, {
    kind: "welcome",
    session: 0,
    details: { roles: {}, x: [1] },
  });
});

Deno.test("decode() tolerates null for the details of ABORT", () => {
  const message = decode('[3, null, "wamp.error.no_such_realm"]');
  assertEquals(message.kind === "abort" && message.details, {});
});

Deno.test("decode() tolerates null for a payload that routers leave empty", () => {
  const wires = ["50, 3, {}", "36, 3, 4, {}", "68, 3, 4, {}"];
  for (const wire of wires) {
    for (const nulls of ["null", "null, null", "[], null"]) {
      assertEquals(decode(`[${wire}, ${nulls}]`), decode(`[${wire}]`));
    }
  }
});

Deno.test("decode() refuses null for a payload that clients send", () => {
  assertViolation('[48, 3, {}, "a.b", null]', "CALL args");
  assertViolation('[48, 3, {}, "a.b", [1], null]', "CALL kwargs");
  assertViolation('[16, 3, {}, "a.b", [1], null]', "PUBLISH kwargs");
  assertViolation('[8, 68, 3, {}, "a.b", [], null]', "ERROR kwargs");
  assertViolation("[70, 3, {}, [1], null]", "YIELD kwargs");
});

Deno.test("decode() takes any reason in GOODBYE", () => {
  const message = decode('[6, {}, "no uri at all"]');
  assertEquals(message.kind === "goodbye" && message.reason, "no uri at all");
});

Deno.test("decode() refuses what is not a list with a known code", () => {
  assertViolation("", "JSON");
  assertViolation("[1", "JSON");
  assertViolation("{}", "list");
  assertViolation("null", "list");
  assertViolation("[]", "known code");
  assertViolation('["1", "realm", {}]', "known code");
  assertViolation("[7]", "known code");
  assertViolation("[999, 1]", "known code");
});

Deno.test("decode() refuses IDs that are not integers from 0 to 2^53", () => {
  for (const id of ["-1", "1.5", '"1"', "null", "9007199254740994", "1e300"]) {
    assertViolation(`[67, ${id}]`, "UNREGISTERED request");
  }
  assertEquals(decode("[67, 9007199254740992]"), {
    kind: "unregistered",
    request: 2 ** 53,
  });
});

Deno.test("decode() refuses malformed fields", () => {
  assertViolation("[2, 1]", "WELCOME details");
  assertViolation("[2, 1, []]", "WELCOME details");
  assertViolation("[2, 1, null]", "WELCOME details");
  assertViolation('[1, "a b", {}]', "HELLO realm");
  assertViolation('[48, 1, {}, "a..b"]', "CALL procedure");
  assertViolation('[16, 1, null, "a.b"]', "PUBLISH options");
  assertViolation("[50, 1, {}, {}]", "RESULT args");
  assertViolation("[50, 1, {}, [], []]", "RESULT kwargs");
  assertViolation("[67, 1, 2]", "UNREGISTERED has too many fields");
  assertViolation("[50, 1, {}, [], {}, 1]", "RESULT has too many fields");
});

Deno.test("decode() keeps what it refuses out of its errors", () => {
  const secret = "hunter2";
  for (const text of [`[48, 1, {}, "${secret} b"]`, secret, `[1, "${secret}`]) {
    const error = assertThrows(() => decode(text), ProtocolViolation);
    assert(!Deno.inspect(error).split("\n    at ")[0]?.includes(secret));
  }
});

Deno.test("decode() refuses a message that is too long or too deep", () => {
  const limits = { maxLength: 20, maxDepth: 3 };
  assertThrows(
    () => decode(`[50, 1, {}, ["${"x".repeat(20)}"]]`, limits),
    ProtocolViolation,
    "longer than the 20 allowed",
  );
  assertThrows(
    () => decode("[50, 1, {}, [[[]]]]", limits),
    ProtocolViolation,
    "deeper than the 3 levels allowed",
  );
  assertEquals(decode("[50, 1, {}, [[]]]", limits).kind, "result");
});

Deno.test("decode() takes 32 Mi characters, nested 100 deep, and no more by default", () => {
  const wrap = (args: string) => `[50, 1, {}, ${args}]`;
  // The message is one level, its arguments are the next.
  const nested = (depth: number) =>
    wrap("[".repeat(depth - 1) + "]".repeat(depth - 1));
  assertEquals(decode(nested(100)).kind, "result");
  assertViolation(nested(101), "deeper than the 100 levels allowed");

  const longest = 32 * 1024 ** 2;
  const padding = "x".repeat(longest - wrap(`[""]`).length);
  assertEquals(decode(wrap(`["${padding}"]`)).kind, "result");
  assertViolation(
    wrap(`["${padding}x"]`),
    `longer than the ${longest} allowed`,
  );
});

Deno.test("decode() survives a message that is nothing but nesting", () => {
  assertViolation("[".repeat(1_000_000), "deeper");
});

Deno.test("decode() gives a message or a violation, whatever comes", () => {
  const codes = fc.constantFrom(1, 2, 3, 6, 8, 16, 36, 48, 50, 65, 68, 69, 70);
  const field = fc.oneof(
    fc.jsonValue(),
    fc.nat(),
    fc.constant({}),
    fc.constant([]),
    fc.constant("a.b"),
  );
  const almost = fc.tuple(codes, fc.array(field, { maxLength: 7 }))
    .map(([code, fields]) => JSON.stringify([code, ...fields]));
  const broken = fc.tuple(arbitraryMessage, fc.nat(), fc.string())
    .map(([message, at, junk]) => {
      const text = encode(message);
      const index = at % text.length;
      return text.slice(0, index) + junk + text.slice(index + 1);
    });
  const anything = fc.oneof(fc.string(), fc.json(), almost, broken);
  fc.assert(
    fc.property(anything, (text) => {
      try {
        const message = decode(text);
        assertEquals(decode(encode(message)), message);
      } catch (error) {
        assert(error instanceof ProtocolViolation, Deno.inspect(error));
      }
    }),
    { numRuns: 1_000 },
  );
});

Deno.test("decode() refuses numbers for which JSON has no word once they are read", () => {
  for (const number of ["1e999", "-1E+400", `${"9".repeat(400)}.5`]) {
    assertViolation(`[48, 1, {}, "a.b", [{"a": ${number}}]]`, "too large");
  }
  const texts = ["1e999", "9".repeat(400)];
  const message = decode(`[48, 1, {}, "a.b", ${JSON.stringify(texts)}]`);
  assertEquals(message.kind === "call" && message.args, texts);
  const tiny = decode('[48, 1, {}, "a.b", [1e-999]]');
  assertEquals(tiny.kind === "call" && tiny.args, [0]);
});

Deno.test("decode() refuses a message of millions of fields", () => {
  const fields = ",0".repeat(5_000_000);
  assertViolation(`[67, 1${fields}]`, "UNREGISTERED has too many fields");
});
