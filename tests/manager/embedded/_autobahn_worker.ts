/**
 * A worker made of the package `autobahn`, for the manager at the URL given as
 * the argument: registers, does one build, and ends. A program of its own,
 * since the package leaves timers behind.
 */
import autobahn from "autobahn";

interface Session {
  readonly realm: string;
  call(
    procedure: string,
    args?: readonly unknown[],
    kwargs?: object,
  ): Promise<unknown>;
  register(
    procedure: string,
    handler: (args: unknown, kwargs: { tag: string }) => unknown,
  ): Promise<unknown>;
  publish(topic: string): void;
}

interface Connection {
  onopen: (session: Session) => void;
  open(): void;
  close(): void;
}

const url = Deno.args[0];

function join(realm: string): Promise<[Connection, Session]> {
  const connection: Connection = new autobahn.Connection({ url, realm });
  const { promise, resolve } = Promise.withResolvers<[Connection, Session]>();
  connection.onopen = (session) => resolve([connection, session]);
  connection.open();
  return promise;
}

const [registration, registrar] = await join("registration");
const realm = await registrar.call("io.quay.buildworker.register");
registration.close();

const [connection, session] = await join(String(realm));
const pong = await session.call("io.quay.buildworker.ping");
const built = Promise.withResolvers<void>();
await session.register("io.quay.builder.build", async (_args, { tag }) => {
  const answer = await session.call(
    "io.quay.builder.logmessagesynchronously",
    [],
    { phase: "unpacking", json_data: '{"status_data": {}}' },
  );
  setTimeout(built.resolve, 50);
  const image_id = JSON.stringify([pong, answer, tag]);
  return new autobahn.Result([], { image_id, digests: [] });
});
session.publish("io.quay.builder.heartbeat");
await session.call("io.quay.buildworker.ready", [], {
  token: "",
  version: "0.3",
});
await built.promise;
connection.close();
Deno.exit();
