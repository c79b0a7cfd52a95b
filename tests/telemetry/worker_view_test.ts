import { assertEquals } from "@std/assert";
import { WorkerView } from "../../lib/telemetry/worker_view.ts";
import type { BuilderState } from "../../lib/worker/observer.ts";

function reconnects(states: readonly BuilderState[]): number {
  const view = new WorkerView();
  for (const state of states) view.onBuilder(1, state);
  return view.reconnects;
}

Deno.test("only a builder that was registered connects again", () => {
  const courses: readonly (readonly [number, ...BuilderState[]])[] = [
    [0],
    [0, "connecting", "connecting", "ready"],
    [0, "waiting_for_engine", "connecting", "ready", "building", "ready"],
    [1, "connecting", "ready", "connecting", "connecting"],
    [1, "connecting", "building", "draining", "connecting"],
    [1, "connecting", "ready", "waiting_for_disk", "connecting"],
    [2, "connecting", "ready", "connecting", "ready", "connecting", "ready"],
  ];
  for (const [expected, ...states] of courses) {
    assertEquals(reconnects(states), expected, states.join(" "));
  }
});

Deno.test("builders are told apart", () => {
  const view = new WorkerView();
  view.onBuilder(1, "ready");
  view.onBuilder(2, "connecting");
  assertEquals([...view.builders], [[1, "ready"], [2, "connecting"]]);
  assertEquals(view.reconnects, 0);
});
