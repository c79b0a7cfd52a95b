import {
  assert,
  assertEquals,
  assertInstanceOf,
  assertRejects,
} from "@std/assert";
import { LAYOUTS } from "../../lib/wamp/layouts.ts";
import { CallTimeout, SessionLost, WampError } from "../../lib/wamp/errors.ts";
import type { ErrorMessage, Payload } from "../../lib/wamp/messages.ts";
import type { Peer } from "../../lib/wamp/peer.ts";
import type {
  InvocationHandler,
  Registration,
} from "../../lib/wamp/registration.ts";
import {
  expectMessage,
  openSessionPair,
  type SessionPair,
} from "./_session_pair.ts";

const REGISTRATION = 0;

async function register(
  { session, router }: SessionPair,
  handler: InvocationHandler,
): Promise<Registration> {
  const registering = session.register("a.b", handler);
  const { request } = await expectMessage(router, "register");
  router.send({ kind: "registered", request, registration: REGISTRATION });
  return await registering;
}

function invoke(
  router: Peer,
  request: number,
  payload: Partial<Payload> = {},
): void {
  router.send({
    kind: "invocation",
    request,
    registration: REGISTRATION,
    details: {},
    args: payload.args ?? [],
    kwargs: payload.kwargs ?? {},
  });
}

function error(request: number, uri: string): ErrorMessage {
  return {
    kind: "error",
    requestType: LAYOUTS.invocation.code,
    request,
    details: {},
    uri,
    args: [],
    kwargs: {},
  };
}

Deno.test("register() serves invocations with a handler", async () => {
  await using pair = await openSessionPair();
  await register(pair, ({ args, kwargs }) => ({ args: [...args, kwargs] }));
  invoke(pair.router, 0, { args: [1], kwargs: { x: 2 } });
  assertEquals(await expectMessage(pair.router, "yield"), {
    kind: "yield",
    request: 0,
    options: {},
    args: [1, { x: 2 }],
    kwargs: {},
  });
});

Deno.test("register() serves an invocation that comes right behind REGISTERED", async () => {
  await using pair = await openSessionPair();
  const { session, router } = pair;
  const registering = session.register("a.b", () => ({ args: ["here"] }));
  const { request } = await expectMessage(router, "register");
  router.send({ kind: "registered", request, registration: REGISTRATION });
  invoke(router, 1);
  assertEquals((await expectMessage(router, "yield")).args, ["here"]);
  await registering;
});

Deno.test("register() rejects with the router's error", async () => {
  await using pair = await openSessionPair();
  const { session, router } = pair;
  const registering = session.register("a.b", () => {});
  const { request } = await expectMessage(router, "register");
  const uri = "wamp.error.procedure_already_exists";
  router.send({ ...error(request, uri), requestType: LAYOUTS.register.code });
  assertEquals((await assertRejects(() => registering, WampError)).uri, uri);
});

Deno.test("a handler's WampError goes to the caller", async () => {
  await using pair = await openSessionPair();
  await register(pair, () => {
    throw new WampError("com.example.bad", { kwargs: { base_error: "no" } });
  });
  invoke(pair.router, 5);
  assertEquals(await expectMessage(pair.router, "error"), {
    ...error(5, "com.example.bad"),
    kwargs: { base_error: "no" },
  });
});

Deno.test("any other exception of a handler leaks nothing", async () => {
  const seen: unknown[] = [];
  await using pair = await openSessionPair({ onError: (e) => seen.push(e) });
  const failure = new Error("password hunter2 is wrong");
  await register(pair, () => Promise.reject(failure));
  invoke(pair.router, 5);
  assertEquals(
    await expectMessage(pair.router, "error"),
    error(5, "wamp.error.runtime_error"),
  );
  assertEquals(seen, [failure]);
});

Deno.test("a result or an error that JSON cannot carry becomes a runtime error", async () => {
  const seen: unknown[] = [];
  await using pair = await openSessionPair({ onError: (e) => seen.push(e) });
  let call = 0;
  await register(pair, () => {
    if (call++ === 0) return { args: [1n] };
    throw new WampError("com.example.bad", { args: [NaN] });
  });
  for (const request of [1, 2]) {
    invoke(pair.router, request);
    assertEquals(
      await expectMessage(pair.router, "error"),
      error(request, "wamp.error.runtime_error"),
    );
  }
  seen.forEach((error) => assertInstanceOf(error, TypeError));
  assertEquals(seen.length, 2);
});

Deno.test("a handler's error with an invalid URI becomes a runtime error", async () => {
  const seen: unknown[] = [];
  await using pair = await openSessionPair({ onError: (e) => seen.push(e) });
  await register(pair, () => {
    throw new WampError("not a uri");
  });
  invoke(pair.router, 1);
  assertEquals(
    await expectMessage(pair.router, "error"),
    error(1, "wamp.error.runtime_error"),
  );
  assertEquals(seen.length, 1);
});

Deno.test("INTERRUPT aborts the invocation's signal with what to throw", async () => {
  await using pair = await openSessionPair();
  await register(pair, ({ signal }) => {
    const { promise, reject } = Promise.withResolvers<void>();
    signal.addEventListener("abort", () => reject(signal.reason));
    return promise;
  });
  invoke(pair.router, 9);
  pair.router.send({ kind: "interrupt", request: 9, options: {} });
  assertEquals(
    await expectMessage(pair.router, "error"),
    error(9, "wamp.error.canceled"),
  );
});

Deno.test("an INTERRUPT that crosses the answer is dropped", async () => {
  await using pair = await openSessionPair();
  await register(pair, () => {});
  invoke(pair.router, 9);
  await expectMessage(pair.router, "yield");
  pair.router.send({ kind: "interrupt", request: 9, options: {} });
  invoke(pair.router, 10);
  assertEquals((await expectMessage(pair.router, "yield")).request, 10);
});

Deno.test("invocations run side by side", async () => {
  await using pair = await openSessionPair();
  const first = Promise.withResolvers<void>();
  await register(pair, async ({ args: [name] }) => {
    if (name === "first") await first.promise;
  });
  invoke(pair.router, 1, { args: ["first"] });
  invoke(pair.router, 2, { args: ["second"] });
  assertEquals((await expectMessage(pair.router, "yield")).request, 2);
  first.resolve();
  assertEquals((await expectMessage(pair.router, "yield")).request, 1);
});

Deno.test("the end of the session aborts what runs, and nothing is answered", async () => {
  const seen: unknown[] = [];
  await using pair = await openSessionPair({ onError: (e) => seen.push(e) });
  const ended = Promise.withResolvers<unknown>();
  const finished = Promise.withResolvers<void>();
  await register(pair, async ({ signal }) => {
    signal.addEventListener("abort", () => ended.resolve(signal.reason));
    await finished.promise;
    throw new Error("too late for anyone");
  });
  invoke(pair.router, 1);
  pair.router.drop();
  assertInstanceOf(await ended.promise, SessionLost);
  finished.resolve();
  await pair.session.closed;
  assertEquals(seen, []);
});

Deno.test("unregister() withdraws the procedure; crossing calls get an error", async () => {
  await using pair = await openSessionPair();
  const registration = await register(pair, () => {});
  assertEquals(registration.procedure, "a.b");
  const done = registration.unregister();
  const { request } = await expectMessage(pair.router, "unregister");
  pair.router.send({ kind: "unregistered", request });
  await done;
  invoke(pair.router, 3);
  assertEquals(
    await expectMessage(pair.router, "error"),
    error(3, "wamp.error.no_such_procedure"),
  );
});

Deno.test("a registration that comes too late is not served", async () => {
  await using pair = await openSessionPair();
  const { session, router } = pair;
  await assertRejects(
    () => session.register("a.b", () => {}, { timeout: 5 }),
    CallTimeout,
    'REGISTER "a.b"',
  );
  const { request } = await expectMessage(router, "register");
  router.send({ kind: "registered", request, registration: REGISTRATION });
  invoke(router, 1);
  assertEquals(
    await expectMessage(router, "error"),
    error(1, "wamp.error.no_such_procedure"),
  );
  assert(session.isOpen);
});

Deno.test("an invocation that crosses GOODBYE is dropped, retired or not", async () => {
  const pair = await openSessionPair();
  const registration = await register(pair, () => {});
  const unregistering = registration.unregister();
  const { request } = await expectMessage(pair.router, "unregister");
  pair.router.send({ kind: "unregistered", request });
  await unregistering;
  const left = pair.session.leave();
  await expectMessage(pair.router, "goodbye");
  invoke(pair.router, 1);
  pair.router.send({ kind: "goodbye", details: {}, reason: "a.b" });
  await left;
  assertEquals(await pair.session.closed, { kind: "left" });
  await pair[Symbol.asyncDispose]();
});

Deno.test("a registration that is told twice breaks the protocol", async () => {
  await using pair = await openSessionPair();
  await register(pair, () => {});
  pair.router.send({
    kind: "registered",
    request: 1,
    registration: REGISTRATION,
  });
  assertEquals(await pair.session.closed, {
    kind: "violation",
    message: "Answer to request 1, answered before",
  });
});
