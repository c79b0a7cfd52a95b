import { assertEquals, assertLessOrEqual } from "@std/assert";
import {
  DEFAULT_LIVENESS,
  startHeartbeat,
} from "../../../lib/manager/wamp/heartbeat.ts";
import type { Peer } from "../../../lib/wamp/peer.ts";
import { fakeTime } from "../../support/fake_time.ts";
import { openSessionPair } from "../../wamp/_session_pair.ts";

/** A dead connection is noticed within this time, in milliseconds. */
const NOTICED = 20_000;

/** Answers the next probe, past the heartbeats before it. */
async function answerProbe(router: Peer): Promise<void> {
  while (true) {
    const message = await router.receive();
    if (message?.kind !== "call") continue;
    const { request } = message;
    router.send({ kind: "result", request, details: {}, args: [], kwargs: {} });
    return;
  }
}

Deno.test("a manager that answers is alive, and one that stops is noticed within 20 s of its last answer", async () => {
  using clock = fakeTime([
    "setTimeout",
    "clearTimeout",
    "setInterval",
    "clearInterval",
  ]);
  await using pair = await openSessionPair();
  const deaths: string[] = [];
  using _heartbeat = startHeartbeat(pair.session, {
    liveness: DEFAULT_LIVENESS,
    onDead: (reason) => deaths.push(reason),
  });
  for (let probes = 0; probes < 5; probes++) {
    const answered = answerProbe(pair.router);
    await clock.tickAsync(DEFAULT_LIVENESS.interval);
    await answered;
  }
  await clock.tickAsync(0);
  assertEquals(deaths, []);

  const answeredLast = clock.now;
  while (deaths.length === 0 && clock.now - answeredLast < 10 * NOTICED) {
    await clock.tickAsync(1_000);
  }
  assertEquals(deaths.length, 1);
  assertLessOrEqual(clock.now - answeredLast, NOTICED);
});
