import { delay } from "@std/async/delay";
import { assertEquals, assertMatch } from "@std/assert";
import { type Check, ok } from "../../lib/doctor/check.ts";
import { readCircumstances } from "../../lib/doctor/circumstances.ts";
import { examine } from "../../lib/doctor/examine.ts";

const CIRCUMSTANCES = await readCircumstances(() => undefined, {
  flags: {},
  registry: undefined,
});

function check(name: string, look: Check["look"]): Check {
  return { name, look };
}

const QUICK = check("quick", async function* () {
  yield ok("fine");
});

Deno.test("findings come in the order of the checks, which run at once", async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const slow = check("slow", async function* () {
    await promise;
    yield ok("fine, too");
  });
  const waker = check("waker", async function* () {
    resolve();
    yield ok("awake");
  });
  const findings = await Array.fromAsync(
    examine([slow, waker, QUICK], CIRCUMSTANCES),
  );
  assertEquals(findings.map(({ check }) => check), ["slow", "waker", "quick"]);
});

Deno.test("a check that takes too long keeps what it found, and is wrong", async () => {
  const stuck = check("stuck", async function* (_, signal) {
    yield ok("so far");
    await delay(60_000, { signal });
  });
  const findings = await Array.fromAsync(
    examine([stuck, QUICK], CIRCUMSTANCES, { timeLimit: 50 }),
  );
  assertEquals(findings.map(({ verdict }) => verdict), ["ok", "wrong", "ok"]);
  assertMatch(findings[1]?.message ?? "", /no answer within 0\.05 s/);
});

Deno.test("a check that breaks is wrong, and the others go on", async () => {
  const broken = check("broken", async function* () {
    yield ok("until here");
    throw new Error("a cog is missing");
  });
  const findings = await Array.fromAsync(
    examine([broken, QUICK], CIRCUMSTANCES),
  );
  assertEquals(findings.map(({ verdict }) => verdict), ["ok", "wrong", "ok"]);
  assertEquals(findings[1]?.message, "a cog is missing");
});

Deno.test("a check that Deno does not permit is not made", async () => {
  const forbidden = check("forbidden", async function* () {
    yield ok("until here");
    throw new Deno.errors.NotCapable("Requires net access");
  });
  const findings = await Array.fromAsync(examine([forbidden], CIRCUMSTANCES));
  assertEquals(findings.map(({ verdict }) => verdict), ["ok", "unchecked"]);
  assertEquals(findings[1]?.message, "Requires net access");
});

Deno.test("a stopped doctor leaves the rest unchecked", async () => {
  const signal = AbortSignal.abort();
  const findings = await Array.fromAsync(
    examine([QUICK], CIRCUMSTANCES, { signal }),
  );
  assertEquals(findings.map(({ verdict }) => verdict), ["unchecked"]);
});
