import { assertEquals } from "@std/assert";
import FakeTimers from "@sinonjs/fake-timers";
import { SignsOfLife } from "../../lib/telemetry/signs_of_life.ts";

Deno.test("the age of heartbeats is that of the session silent for longest", () => {
  const clock = FakeTimers.install({ toFake: ["performance"] });
  try {
    const signs = new SignsOfLife();
    assertEquals(signs.heartbeatAge, undefined);
    const first = signs.begin();
    clock.tick(1_000);
    const second = signs.begin();
    clock.tick(500);
    assertEquals(signs.heartbeatAge, 1_500);
    first.beat();
    assertEquals(signs.heartbeatAge, 500);
    second[Symbol.dispose]();
    assertEquals(signs.heartbeatAge, 0);
    first[Symbol.dispose]();
    assertEquals(signs.heartbeatAge, undefined);
  } finally {
    clock.uninstall();
  }
});

Deno.test("the age of the last try counts from the start", () => {
  const clock = FakeTimers.install({ toFake: ["performance"] });
  try {
    const signs = new SignsOfLife();
    clock.tick(2_000);
    assertEquals(signs.attemptAge, 2_000);
    signs.attempt();
    clock.tick(10);
    assertEquals(signs.attemptAge, 10);
  } finally {
    clock.uninstall();
  }
});
