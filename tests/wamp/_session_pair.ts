import { assertExists } from "@std/assert";
import { linkedPeers } from "../../lib/wamp/linked_peers.ts";
import type { Message } from "../../lib/wamp/messages.ts";
import type { Peer } from "../../lib/wamp/peer.ts";
import { Session } from "../../lib/wamp/session.ts";
import type { SessionOptions } from "../../lib/wamp/session_options.ts";

/** A session, and the router's end of its connection in the test's hands. */
export interface SessionPair extends AsyncDisposable {
  readonly session: Session;
  /** The session's end of the connection. */
  readonly peer: Peer;
  readonly router: Peer;
}

/** Opens a session whose router is the test itself. */
export async function openSessionPair(
  options: Partial<SessionOptions> = {},
): Promise<SessionPair> {
  const [peer, router] = linkedPeers();
  const opening = Session.open(peer, { realm: "com.example", ...options });
  await expectMessage(router, "hello");
  router.send({ kind: "welcome", session: 0, details: { roles: {} } });
  const session = await opening;
  return {
    session,
    peer,
    router,
    async [Symbol.asyncDispose]() {
      await peer.close();
    },
  };
}

/** Receives the next message, which must be of a kind. */
export async function expectMessage<K extends Message["kind"]>(
  peer: Peer,
  kind: K,
): Promise<Message & { kind: K }> {
  const message = await peer.receive();
  assertExists(message, `Expected ${kind}, the connection is gone`);
  if (!isKind(message, kind)) {
    throw new TypeError(`Expected ${kind}, got ${Deno.inspect(message)}`);
  }
  return message;
}

function isKind<K extends Message["kind"]>(
  message: Message,
  kind: K,
): message is Message & { kind: K } {
  return message.kind === kind;
}
