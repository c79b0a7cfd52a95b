/**
 * A program that connects to an engine or a Build Manager as the worker does,
 * but looks at no permission of its own beforehand: `_reach.ts ADDRESS`.
 */
import { parseEngineAddress } from "../../lib/engine/address.ts";
import { EngineClient } from "../../lib/engine/client.ts";
import { ping } from "../../lib/engine/ping.ts";
import { connectWebSocket } from "../../lib/wamp/web_socket_peer.ts";

const [address = ""] = Deno.args;
if (address.startsWith("ws:")) {
  await using _peer = await connectWebSocket(address);
} else {
  await using engine = new EngineClient(parseEngineAddress(address));
  await ping(engine);
}
