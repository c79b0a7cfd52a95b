import {
  assertEquals,
  assertGreaterOrEqual,
  assertLessOrEqual,
} from "@std/assert";
import { Secret } from "../../lib/secret/secret.ts";
import { Backoff, backoffFor } from "../../lib/worker/backoff.ts";

Deno.test("a hosted worker waits 2, 4, 8 and 16 seconds, then gives up", () => {
  const backoff = backoffFor({
    kind: "hosted",
    realm: "r",
    token: new Secret("t"),
  });
  const waits = Array.from({ length: 6 }, () => backoff.next());
  assertEquals(waits, [2_000, 4_000, 8_000, 16_000, undefined, undefined]);
});

Deno.test("an enterprise worker never gives up and waits a minute at most", () => {
  const backoff = backoffFor({ kind: "enterprise" });
  const waits = Array.from({ length: 100 }, () => backoff.next() ?? NaN);
  for (const [index, wait] of waits.entries()) {
    const longest = Math.min(60_000, 1_000 * 2 ** index);
    assertLessOrEqual(wait, longest);
    assertGreaterOrEqual(wait, longest / 2);
  }
});

Deno.test("waits of several workers differ", () => {
  const backoffs = Array.from(
    { length: 20 },
    () => backoffFor({ kind: "enterprise" }),
  );
  const first = new Set(backoffs.map((backoff) => backoff.next()));
  assertGreaterOrEqual(first.size, 10);
});

Deno.test("a reset begins with the first wait again", () => {
  const backoff = new Backoff({
    firstWait: 10,
    longestWait: 1_000,
    waits: Infinity,
    jitter: 0,
  });
  assertEquals([backoff.next(), backoff.next()], [10, 20]);
  backoff.reset();
  assertEquals(backoff.next(), 10);
});
