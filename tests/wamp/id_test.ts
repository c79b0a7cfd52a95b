import { assert, assertEquals, assertFalse } from "@std/assert";
import { IdCounter, MAX_ID } from "../../lib/wamp/id.ts";

Deno.test("IdCounter counts from 1 by 1", () => {
  const ids = new IdCounter();
  const made: number[] = [];
  for (let i = 0; i < 3; i++) {
    made.push(ids.next);
    ids.advance();
  }
  assertEquals(made, [1, 2, 3]);
});

Deno.test("IdCounter gives the same ID until it is used", () => {
  const ids = new IdCounter();
  assertEquals(ids.next, ids.next);
});

Deno.test("IdCounter wraps from 2^53 to 1", () => {
  const ids = new IdCounter(MAX_ID);
  assertEquals(ids.next, 9007199254740992);
  ids.advance();
  assertEquals(ids.next, 1);
});

Deno.test("IdCounter knows the IDs that were used", () => {
  const ids = new IdCounter();
  assertFalse(ids.wasUsed(1));
  ids.advance();
  assert(ids.wasUsed(1));
  assertFalse(ids.wasUsed(2));
  assertFalse(ids.wasUsed(0));
});

Deno.test("IdCounter takes every ID for used once it has wrapped", () => {
  const ids = new IdCounter(MAX_ID);
  ids.advance();
  assert(ids.wasUsed(MAX_ID));
  assert(ids.wasUsed(7));
});
