import {
  assert,
  assertEquals,
  assertFalse,
  assertInstanceOf,
} from "@std/assert";
import { delay } from "@std/async/delay";
import { TimeLimitError, Watchdog } from "../../lib/time/watchdog.ts";

const LONG = 60_000;

function untilAborted(signal: AbortSignal): Promise<unknown> {
  return new Promise((resolve) =>
    signal.addEventListener("abort", () => resolve(signal.reason))
  );
}

Deno.test("Watchdog aborts after a silence, not before", async () => {
  using watchdog = new Watchdog({ idleTimeout: 300, totalTimeout: LONG });
  for (let n = 0; n < 5; n++) {
    await delay(100);
    watchdog.touch();
  }
  assertFalse(watchdog.signal.aborted);
  const reason = await untilAborted(watchdog.signal);
  assertInstanceOf(reason, TimeLimitError);
  assertEquals(reason.limit, "idle");
  assertEquals(reason.milliseconds, 300);
});

Deno.test("Watchdog bears any silence while it is paused", async () => {
  using watchdog = new Watchdog({ idleTimeout: 100, totalTimeout: LONG });
  watchdog.pause();
  await delay(300);
  assertFalse(watchdog.signal.aborted);
  watchdog.touch();
  await untilAborted(watchdog.signal);
});

Deno.test("Watchdog aborts when the time is up, however lively", async () => {
  using watchdog = new Watchdog({
    idleTimeout: LONG,
    totalTimeout: LONG,
    spent: LONG - 200,
  });
  const aborted = untilAborted(watchdog.signal);
  watchdog.touch();
  const reason = await aborted;
  assertInstanceOf(reason, TimeLimitError);
  assertEquals(reason.limit, "total");
  assertEquals(reason.milliseconds, LONG);
});

Deno.test("Watchdog takes limits that are longer than a timer can be", async () => {
  using watchdog = new Watchdog({
    idleTimeout: 2 ** 40,
    totalTimeout: Infinity,
  });
  await delay(50);
  assertFalse(watchdog.signal.aborted);
});

Deno.test("Watchdog hands on the reason of its signal", () => {
  const controller = new AbortController();
  const limits = { idleTimeout: LONG, totalTimeout: LONG };
  using watchdog = new Watchdog({ ...limits, signal: controller.signal });
  using deaf = new Watchdog({ ...limits, signal: controller.signal });
  deaf[Symbol.dispose]();
  controller.abort("why");
  assertEquals(watchdog.signal.reason, "why");
  assertFalse(deaf.signal.aborted);
  using late = new Watchdog({ ...limits, signal: controller.signal });
  assert(late.signal.aborted);
});
