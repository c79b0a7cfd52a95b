import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { Clock } from "@sinonjs/fake-timers";
import { BUILD, PING } from "../../../lib/manager/wamp/uris.ts";
import { WampManagerSession } from "../../../lib/manager/wamp/wamp_manager_session.ts";
import type { Message } from "../../../lib/wamp/messages.ts";
import { fakeTime } from "../../support/fake_time.ts";
import { silentLogger } from "../../support/silent_logger.ts";
import { expectMessage, openSessionPair } from "../../wamp/_session_pair.ts";

const RESULT = { imageId: "sha256:1", digests: [] };
const BUILD_CALL = {
  kind: "invocation",
  request: 1,
  registration: 1,
  details: {},
  args: [],
  kwargs: {
    build_package: "http://packages/one",
    repository: "ns/name",
    registry: "registry:5000",
    tag_names: ["latest"],
  },
} satisfies Message;

/**
 * A session that has given the result of its build, with the test as a router
 * that is asked for a sign of life since.
 */
async function afterBuild() {
  await using stack = new AsyncDisposableStack();
  const clock = stack.use(
    fakeTime(["setTimeout", "clearTimeout", "setInterval", "clearInterval"]),
  );
  const { peer, session: opened, router } = stack.use(await openSessionPair());
  const starting = WampManagerSession.start({ peer, session: opened }, {
    mode: { kind: "enterprise" },
    answerTimeout: 5_000,
    logger: silentLogger,
    onBuild: () => Promise.resolve(RESULT),
    signal: new AbortController().signal,
  });
  const { request, procedure } = await expectMessage(router, "register");
  assertEquals(procedure, BUILD);
  router.send({ kind: "registered", request, registration: 1 });
  const session = stack.use(await starting);
  await expectMessage(router, "publish");
  answer(await expectMessage(router, "call"), router, true);
  router.send(BUILD_CALL);
  await expectMessage(router, "yield");
  await settle(clock);
  const ping = await expectMessage(router, "call");
  assertEquals(ping.procedure, PING);
  const kept = stack.move();
  return {
    session,
    clock,
    /** Answers what was asked after the result. */
    async confirm() {
      answer(ping, router, "pong");
      await settle(clock);
    },
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

function answer(
  { request }: { request: number },
  router: { send(message: Message): void },
  value: unknown,
): void {
  router.send({
    kind: "result",
    request,
    details: {},
    args: [value],
    kwargs: {},
  });
}

/** Lets all happen that needs no time. */
async function settle(clock: Clock): Promise<void> {
  await clock.tickAsync(0);
}

Deno.test("a result is owed until something that was sent after it is answered", async () => {
  await using scene = await afterBuild();
  const { session, clock } = scene;
  const left = session.leave();
  await clock.tickAsync(10_000);
  await left;
  const end = await session.ended;
  assert(end.kind === "lost" && end.owesResult, JSON.stringify(end));
  assertStringIncludes(end.reason, "did not answer GOODBYE");
});

Deno.test("a session that owes no result is left at once, answered or not", async () => {
  await using scene = await afterBuild();
  const { session, clock } = scene;
  await scene.confirm();
  const left = session.leave();
  await clock.tickAsync(500);
  await left;
  assertEquals(await session.ended, { kind: "left" });
});
