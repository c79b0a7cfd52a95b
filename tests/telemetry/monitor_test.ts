import { assertEquals } from "@std/assert";
import FakeTimers from "@sinonjs/fake-timers";
import { formatListenAddress } from "../../lib/telemetry/listen_address.ts";
import { openMonitor } from "../../lib/telemetry/monitor.ts";
import { SignsOfLife } from "../../lib/telemetry/signs_of_life.ts";
import { WorkerView } from "../../lib/telemetry/worker_view.ts";
import { silentLogger } from "../support/silent_logger.ts";

Deno.test("/healthz answers 503 and why while heartbeats are late, and 200 again", async () => {
  const clock = FakeTimers.install({ toFake: ["performance"] });
  using stack = new DisposableStack();
  stack.defer(() => clock.uninstall());
  const vitals = { signs: new SignsOfLife(), view: new WorkerView() };
  await using monitor = openMonitor({
    listen: { hostname: "127.0.0.1", port: 0 },
    vitals,
    logger: silentLogger,
  });
  const url = `http://${formatListenAddress(monitor.address)}/healthz`;
  const ask = async () => {
    const response = await fetch(url);
    return [response.status, await response.text()];
  };
  const pulse = vitals.signs.begin();
  assertEquals(await ask(), [200, "ok\n"]);
  clock.tick(12_000);
  assertEquals(await ask(), [503, "The last heartbeat was 12.0 s ago\n"]);
  pulse.beat();
  assertEquals(await ask(), [200, "ok\n"]);
});
