import { assertEquals, assertExists, assertRejects } from "@std/assert";
import { TextLineStream } from "@std/streams";
import { CallTimeout, WampError } from "../../lib/wamp/errors.ts";
import { Session } from "../../lib/wamp/session.ts";
import { connectWebSocket } from "../../lib/wamp/web_socket_peer.ts";

/** The router of the package `fox-wamp`, in a process of its own. */
async function startFoxWamp(): Promise<AsyncDisposable & { url: string }> {
  const script = new URL("_fox_wamp_router.ts", import.meta.url);
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--allow-all", script.href],
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const lines = child.stdout
    .pipeThrough(new TextDecoderStream())
    .pipeThrough(new TextLineStream())
    .getReader();
  const { value: port } = await lines.read();
  assertExists(port, "the router did not start");
  return {
    url: `ws://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      await child.stdin.close();
      await lines.cancel();
      await child.status;
    },
  };
}

Deno.test("a session works with the router of the package fox-wamp", async (t) => {
  await using router = await startFoxWamp();
  const realm = "example";
  await using calleePeer = await connectWebSocket(router.url);
  await using callerPeer = await connectWebSocket(router.url);
  const callee = await Session.open(calleePeer, { realm });
  const caller = await Session.open(callerPeer, { realm });

  await t.step("calls and results", async () => {
    const echo = await callee.register("a.echo", ({ args, kwargs }) => ({
      args,
      kwargs,
    }));
    const payload = { args: [1, "ü"], kwargs: { x: [null] } };
    assertEquals(await caller.call("a.echo", payload), payload);
    assertEquals(await caller.call("a.echo", { args: [1] }), {
      args: [1],
      kwargs: {},
    });
    await echo.unregister();
    await assertRejects(() => caller.call("a.echo"), WampError);
  });

  await t.step("errors", async () => {
    await callee.register("a.fail", () => {
      throw new WampError("com.example.bad", { args: ["no"] });
    });
    await assertRejects(() => caller.call("a.fail"), WampError);
    const missing = await assertRejects(() => caller.call("a.x"), WampError);
    assertEquals(missing.uri, "wamp.error.no_such_procedure");
  });

  await t.step("events", async () => {
    const received = Promise.withResolvers<unknown>();
    const subscription = await callee.subscribe("a.topic", (event) => {
      received.resolve([event.args, event.kwargs]);
    });
    await caller.publish("a.topic", {
      args: [1],
      kwargs: { y: 2 },
      acknowledge: true,
    });
    assertEquals(await received.promise, [[1], { y: 2 }]);
    await subscription.unsubscribe();
    caller.publish("a.topic");
  });

  await t.step("a call that is not answered in time", async () => {
    await callee.register("a.slow", async ({ signal }) => {
      const { promise, resolve } = Promise.withResolvers<void>();
      signal.addEventListener("abort", () => resolve());
      await promise;
    });
    const late = caller.call("a.slow", { timeout: 20 });
    await assertRejects(() => late, CallTimeout);
  });

  await t.step(
    "leaving, after which the router closes the connection",
    async () => {
      await caller.leave();
      await callee.leave();
      assertEquals(await caller.closed, { kind: "left" });
      assertEquals((await callerPeer.closed).kind, "remote");
    },
  );
});
