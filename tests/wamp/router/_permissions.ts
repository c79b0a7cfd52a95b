/**
 * Listens, connects and calls within one process, to see what it may not.
 */
import { Router } from "../../../lib/wamp/router/router.ts";
import { listenWebSocket } from "../../../lib/wamp/router/web_socket_listener.ts";
import { Session } from "../../../lib/wamp/session.ts";
import { connectWebSocket } from "../../../lib/wamp/web_socket_peer.ts";

await using router = new Router();
await using listener = await listenWebSocket((peer) => router.attach(peer));
await using peer = await connectWebSocket(listener.url);
await using session = await Session.open(peer, { realm: "com.example" });
await session.register("a.b", () => ({ args: ["done"] }));
const { args } = await session.call("a.b");
await Deno.stdout.write(new TextEncoder().encode(String(args[0])));
