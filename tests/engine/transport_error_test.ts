import {
  assert,
  assertEquals,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import { join } from "node:path";
import type { EngineClient } from "../../lib/engine/client.ts";
import {
  EngineProtocolError,
  EngineUnavailableError,
  type UnavailableReason,
} from "../../lib/engine/errors.ts";
import { ping } from "../../lib/engine/ping.ts";
import { RawEngine } from "./_fake_engine.ts";
import { connect } from "./_support.ts";

async function assertUnavailable(
  client: EngineClient,
  reason: UnavailableReason,
): Promise<string> {
  const error = await assertRejects(() => ping(client), EngineUnavailableError);
  assertEquals(error.reason, reason, error.message);
  assert(error.cause instanceof Error);
  return error.message;
}

Deno.test("A missing socket is said to be missing", async () => {
  await using client = connect("unix:///nowhere/engine.sock");
  assertEquals(
    await assertUnavailable(client, "socket_missing"),
    'Cannot ping the engine: the Docker engine at "unix:///nowhere/engine.sock" has no socket there: ' +
      "start the engine, or set DOCKER_HOST to where it listens",
  );
});

Deno.test("A socket that nobody listens on refuses", async () => {
  const path = await Deno.makeTempFile();
  await using client = connect(`unix://${path}`);
  await assertUnavailable(client, "refused");
  await Deno.remove(path);
});

Deno.test("A port that nobody listens on refuses", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  await using client = connect(`tcp://127.0.0.1:${port}`);
  await assertUnavailable(client, "refused");
});

Deno.test("A host name that does not resolve is unknown", async () => {
  await using client = connect("tcp://engine.invalid:2375");
  await assertUnavailable(client, "host_unknown");
});

Deno.test("A connection that is closed without an answer is cut", async () => {
  await using engine = new RawEngine(async (connection) => {
    await connection.read(new Uint8Array(1024));
    connection.close();
  });
  await assertUnavailable(engine.client, "disconnected");
});

Deno.test("A server that does not speak HTTP is no engine", async () => {
  for (
    const words of [
      "SSH-2.0-OpenSSH_9.2\r\n",
      "\0\0\0\0\0\0\0",
      "HTTP/9\r\n\r\n",
    ]
  ) {
    await using engine = new RawEngine(async (connection) => {
      await connection.read(new Uint8Array(1024));
      await connection.write(new TextEncoder().encode(words));
      connection.close();
    });
    await assertRejects(
      () => ping(engine.client),
      EngineProtocolError,
      "does not speak HTTP",
    );
  }
});

Deno.test({
  name: "A permission that Deno lacks is named",
  permissions: { net: true, read: false, write: false },
  fn: async () => {
    await using client = connect("unix:///nowhere/engine.sock");
    const message = await assertUnavailable(
      client,
      "runtime_permission_missing",
    );
    assertStringIncludes(message, "--allow-read");
  },
});

Deno.test("A socket that this user may not open is forbidden", async () => {
  const directory = await Deno.makeTempDir();
  const path = join(directory, "engine.sock");
  using _listener = Deno.listen({ transport: "unix", path });
  await Deno.chmod(path, 0);
  const client = import.meta.resolve("../../lib/engine/client.ts");
  const script = `
    const { EngineClient } = await import(${JSON.stringify(client)});
    const client = new EngineClient({ kind: "unix", path: Deno.args[0] });
    const error = await client.apiVersion().catch((error) => error);
    console.log(error.reason);
    client.close();
  `;
  const deno = [Deno.execPath(), "eval", "--no-check", script, path];
  // Root may open any socket, unless it gives that power up.
  const [program = "", ...args] = Deno.uid() === 0
    ? ["setpriv", "--bounding-set=-dac_override,-dac_read_search", ...deno]
    : deno;
  const { stdout, stderr } = await new Deno.Command(program, { args }).output();
  const decoder = new TextDecoder();
  assertEquals(
    decoder.decode(stdout),
    "permission_denied\n",
    decoder.decode(stderr),
  );
  await Deno.remove(directory, { recursive: true });
});
