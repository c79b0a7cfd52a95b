/**
 * Goes through what a client can do with the package `autobahn`, against the
 * router at the URL given as the argument, and prints what it saw as JSON. A
 * program of its own, since the package leaves timers behind.
 */
import autobahn from "autobahn";

interface Payload {
  readonly args: readonly unknown[];
  readonly kwargs: Readonly<Record<string, unknown>>;
}

interface Failure extends Payload {
  readonly error: string;
}

/** The part of the package that is used here; it has no types. */
interface Session {
  /** Gives a `Result` when there is more than one value, and else the value. */
  call(
    procedure: string,
    args?: readonly unknown[],
    kwargs?: Readonly<Record<string, unknown>>,
  ): Promise<Payload>;
  register(
    procedure: string,
    handler: (
      args: readonly unknown[],
      kwargs: Readonly<Record<string, unknown>>,
    ) => unknown,
  ): Promise<unknown>;
  subscribe(
    topic: string,
    handler: (args: readonly unknown[], kwargs: object) => void,
  ): Promise<unknown>;
  unsubscribe(subscription: unknown): Promise<unknown>;
  publish(
    topic: string,
    args: readonly unknown[],
    kwargs: object,
    options: object,
  ): Promise<{ readonly id: number }>;
}

const url = Deno.args[0];
const connection = new autobahn.Connection({ url, realm: "com.example" });

async function play(session: Session): Promise<unknown> {
  await session.register(
    "a.echo",
    (args, kwargs) => new autobahn.Result([...args], kwargs),
  );
  await session.register("a.fail", () => {
    throw new autobahn.Error("com.example.bad", ["no"], { base_error: "x" });
  });
  const echo = await session.call("a.echo", [1, "ü", 3], { x: [null] });

  const received = Promise.withResolvers<unknown>();
  const subscription = await session.subscribe(
    "a.topic",
    (args, kwargs) => received.resolve({ args, kwargs }),
  );
  const publication = await session.publish("a.topic", [1], { y: 2 }, {
    acknowledge: true,
    exclude_me: false,
  });
  const event = await received.promise;
  await session.unsubscribe(subscription);
  return {
    echo: { args: echo.args, kwargs: echo.kwargs },
    failure: await failure(session.call("a.fail")),
    missing: await failure(session.call("a.none")),
    isPublicationAnId: Number.isInteger(publication.id),
    event,
  };
}

async function failure(call: Promise<unknown>): Promise<unknown> {
  try {
    return await call;
  } catch (error) {
    if (!(error instanceof autobahn.Error)) throw error;
    const { error: uri, args, kwargs } = error as Failure;
    return { uri, args, kwargs };
  }
}

connection.onopen = async (session: Session) => {
  const seen = JSON.stringify(await play(session));
  await Deno.stdout.write(new TextEncoder().encode(seen));
  connection.close();
};
connection.onclose = (reason: string) => Deno.exit(reason === "closed" ? 0 : 1);
connection.open();
