import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { decode } from "../../lib/wamp/decode.ts";
import { encode } from "../../lib/wamp/encode.ts";
import type { Call, Dict } from "../../lib/wamp/messages.ts";
import { arbitraryMessage } from "./_arbitrary_message.ts";

function call(args: readonly unknown[], kwargs: Dict): Call {
  return {
    kind: "call",
    request: 7,
    options: {},
    procedure: "com.example.add",
    args,
    kwargs,
  };
}

Deno.test("encode() puts the code and the fields in their order", () => {
  assertEquals(
    encode(call([1], { a: 2 })),
    '[48,7,{},"com.example.add",[1],{"a":2}]',
  );
  assertEquals(
    encode({ kind: "hello", realm: "r", details: { roles: { callee: {} } } }),
    '[1,"r",{"roles":{"callee":{}}}]',
  );
  assertEquals(
    encode({ kind: "goodbye", details: {}, reason: "a.b" }),
    '[6,{},"a.b"]',
  );
});

Deno.test("encode() leaves out an empty payload", () => {
  assertEquals(encode(call([], {})), '[48,7,{},"com.example.add"]');
  assertEquals(encode(call([1], {})), '[48,7,{},"com.example.add",[1]]');
});

Deno.test("encode() fills empty args in before kwargs", () => {
  assertEquals(
    encode(call([], { a: 1 })),
    '[48,7,{},"com.example.add",[],{"a":1}]',
  );
});

Deno.test("encode() never writes null or an empty payload", () => {
  fc.assert(fc.property(arbitraryMessage, (message) => {
    const wire: unknown[] = JSON.parse(encode(message));
    assert(wire.every((field) => field !== null && field !== undefined));
    if ("args" in message && Object.keys(message.kwargs).length === 0) {
      const last = wire.at(-1);
      assert(!Array.isArray(last) || last.length > 0);
    }
  }));
});

Deno.test("what encode() writes is what decode() reads", () => {
  fc.assert(fc.property(arbitraryMessage, (message) => {
    assertEquals(decode(encode(message)), message);
  }));
});

Deno.test("encode() refuses what JSON would silently turn into null", () => {
  for (const value of [NaN, Infinity, undefined, () => 1, Symbol("s")]) {
    assertThrows(
      () => encode(call([value], {})),
      TypeError,
      "Cannot send CALL: JSON cannot carry",
    );
  }
  assertThrows(() => encode(call([], { a: NaN })), TypeError);
});

Deno.test("encode() leaves out undefined values of a dictionary", () => {
  assertEquals(
    encode(call([], { a: undefined, b: 1 })),
    '[48,7,{},"com.example.add",[],{"b":1}]',
  );
});

Deno.test("encode() refuses circles and big integers", () => {
  const circle: unknown[] = [];
  circle.push(circle);
  assertThrows(() => encode(call(circle, {})), TypeError, "Cannot send CALL");
  assertThrows(() => encode(call([1n], {})), TypeError, "Cannot send CALL");
});

Deno.test("encode() refuses a message that is too long", () => {
  assertThrows(
    () => encode(call(["x".repeat(100)], {}), { maxLength: 50 }),
    RangeError,
    "more than the 50 allowed",
  );
});
