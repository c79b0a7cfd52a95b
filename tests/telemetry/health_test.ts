import { assertEquals } from "@std/assert";
import FakeTimers from "@sinonjs/fake-timers";
import {
  reasonsNotAlive,
  reasonsNotReady,
  type WorkerVitals,
} from "../../lib/telemetry/health.ts";
import { SignsOfLife } from "../../lib/telemetry/signs_of_life.ts";
import { WorkerView } from "../../lib/telemetry/worker_view.ts";

/** A worker and its clock, which stands still unless it is told to tick. */
class TimedWorker implements WorkerVitals, Disposable {
  readonly #clock = FakeTimers.install({ toFake: ["performance"] });
  readonly signs = new SignsOfLife();
  readonly view = new WorkerView();

  tick(milliseconds: number): void {
    this.#clock.tick(milliseconds);
  }

  [Symbol.dispose](): void {
    this.#clock.uninstall();
  }
}

Deno.test("a connected worker is alive as long as its heartbeats are on time", () => {
  using worker = new TimedWorker();
  worker.view.onBuilder(1, "building");
  const pulse = worker.signs.begin();
  worker.tick(10_000);
  assertEquals(reasonsNotAlive(worker), []);
  worker.tick(1_500);
  assertEquals(reasonsNotAlive(worker), ["The last heartbeat was 11.5 s ago"]);
  pulse.beat();
  assertEquals(reasonsNotAlive(worker), []);
});

Deno.test("one late session of many is enough", () => {
  using worker = new TimedWorker();
  worker.signs.begin();
  const other = worker.signs.begin();
  worker.tick(20_000);
  other.beat();
  assertEquals(reasonsNotAlive(worker), ["The last heartbeat was 20.0 s ago"]);
});

Deno.test("a worker without a session is alive as long as it tries for one", () => {
  using worker = new TimedWorker();
  worker.view.onBuilder(1, "connecting");
  worker.tick(200_000);
  worker.signs.attempt();
  worker.tick(200_000);
  assertEquals(reasonsNotAlive(worker), []);
  worker.tick(200_000);
  assertEquals(reasonsNotAlive(worker), [
    "The last try to connect was 400.0 s ago",
  ]);
});

Deno.test("a worker that waits for its engine has no need to try", () => {
  using worker = new TimedWorker();
  worker.view.onBuilder(1, "waiting_for_engine");
  worker.tick(10_000_000);
  assertEquals(reasonsNotAlive(worker), []);
});

Deno.test("a worker is ready when all its builders are, busy or not", () => {
  using worker = new TimedWorker();
  assertEquals(reasonsNotReady(worker), ["The worker is starting"]);
  worker.view.onBuilder(1, "ready");
  worker.view.onBuilder(2, "building");
  assertEquals(reasonsNotReady(worker), []);
  worker.view.onBuilder(2, "connecting");
  worker.view.onBuilder(3, "draining");
  assertEquals(reasonsNotReady(worker), [
    "Builder 2 is connecting to the Build Manager",
    "Builder 3 was asked to leave",
  ]);
});

Deno.test("a worker without its engine is not ready", () => {
  using worker = new TimedWorker();
  worker.view.onBuilder(1, "ready");
  worker.view.onEngine(false, "nobody answers");
  assertEquals(reasonsNotReady(worker), [
    "The engine is not there: nobody answers",
  ]);
  worker.view.onEngine(true);
  assertEquals(reasonsNotReady(worker), []);
});

Deno.test("a worker with a full disk is not ready, and one that cannot tell is", () => {
  using worker = new TimedWorker();
  worker.view.onBuilder(1, "ready");
  worker.view.onDisk({ free: 99, floor: 100 });
  assertEquals(reasonsNotReady(worker), [
    "The engine's disk is full: 99 bytes are free, 100 have to be",
  ]);
  for (const free of [100, undefined]) {
    worker.view.onDisk({ free, floor: 100 });
    assertEquals(reasonsNotReady(worker), []);
  }
});
