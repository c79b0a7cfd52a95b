import {
  assert,
  assertEquals,
  assertFalse,
  assertInstanceOf,
} from "@std/assert";
import { TimeLimitError, Watchdog } from "../../lib/time/watchdog.ts";
import { fakeTimers } from "../support/fake_time.ts";

const LONG = 60_000;

Deno.test("Watchdog aborts after a silence, not before", () => {
  using clock = fakeTimers();
  using watchdog = new Watchdog({ idleTimeout: 300, totalTimeout: LONG });
  for (let n = 0; n < 5; n++) {
    clock.tick(299);
    watchdog.touch();
  }
  clock.tick(299);
  assertFalse(watchdog.signal.aborted);
  clock.tick(1);
  const { reason } = watchdog.signal;
  assertInstanceOf(reason, TimeLimitError);
  assertEquals(reason.limit, "idle");
  assertEquals(reason.milliseconds, 300);
});

Deno.test("Watchdog bears any silence while it is paused", () => {
  using clock = fakeTimers();
  using watchdog = new Watchdog({ idleTimeout: 100, totalTimeout: LONG });
  watchdog.pause();
  clock.tick(300);
  assertFalse(watchdog.signal.aborted);
  watchdog.touch();
  clock.tick(100);
  assert(watchdog.signal.aborted);
});

Deno.test("Watchdog aborts when the time is up, however lively", () => {
  using clock = fakeTimers();
  using watchdog = new Watchdog({
    idleTimeout: LONG,
    totalTimeout: LONG,
    spent: LONG - 200,
  });
  clock.tick(199);
  watchdog.touch();
  assertFalse(watchdog.signal.aborted);
  clock.tick(1);
  const { reason } = watchdog.signal;
  assertInstanceOf(reason, TimeLimitError);
  assertEquals(reason.limit, "total");
  assertEquals(reason.milliseconds, LONG);
});

Deno.test("Watchdog takes limits that are longer than a timer can be", () => {
  using clock = fakeTimers();
  using watchdog = new Watchdog({
    idleTimeout: 2 ** 40,
    totalTimeout: Infinity,
  });
  clock.tick(50);
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
