import FakeTimers, { type Clock, type FakeMethod } from "@sinonjs/fake-timers";

/**
 * Stops time, for what reads it by these means, until it is disposed: it goes
 * on only as the test lets it.
 */
export function fakeTime(toFake: FakeMethod[]): Clock & Disposable {
  const clock = FakeTimers.install({ toFake });
  return Object.assign(clock, { [Symbol.dispose]: () => clock.uninstall() });
}

/** Stops what timers and durations are measured by. */
export function fakeTimers(): Clock & Disposable {
  return fakeTime(["setTimeout", "clearTimeout", "performance"]);
}
