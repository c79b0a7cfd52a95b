import {
  CallTimeout,
  ProtocolViolation,
  SessionLost,
  SessionRefused,
} from "./errors.ts";
import { quote } from "../text/quote.ts";
import type { Message, Welcome } from "./messages.ts";
import type { Peer } from "./peer.ts";
import { reasonText } from "./session_closed.ts";
import { WAMP_URI } from "./uri.ts";

/** See {@linkcode SessionOptions}. */
export interface HandshakeOptions {
  realm: string;
  agent: string | undefined;
  timeout: number;
  signal: AbortSignal | undefined;
}

/**
 * The four roles, each without a feature: autobahn 0.9.3 drops the connection
 * on a feature that it does not know.
 */
const ROLES = { caller: {}, callee: {}, publisher: {}, subscriber: {} };

/** Says HELLO and waits for WELCOME. */
export async function handshake(
  peer: Peer,
  { realm, agent, timeout, signal }: HandshakeOptions,
): Promise<Welcome> {
  signal?.throwIfAborted();
  const details = agent === undefined
    ? { roles: ROLES }
    : { roles: ROLES, agent };
  peer.send({ kind: "hello", realm, details });

  const { promise: givenUp, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => reject(new CallTimeout(`HELLO "${realm}"`, timeout)),
    timeout,
  );
  const onAbort = () => reject(signal?.reason);
  signal?.addEventListener("abort", onAbort);
  try {
    const message = await Promise.race([peer.receive(), givenUp]);
    return await understand(message, peer, realm);
  } catch (error) {
    if (error instanceof ProtocolViolation) {
      await hangUp(peer, error);
    } else if (!(error instanceof SessionRefused)) {
      // A late WELCOME must not be taken for an answer to the next HELLO.
      peer.drop();
    }
    throw error;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", onAbort);
  }
}

async function understand(
  message: Message | undefined,
  peer: Peer,
  realm: string,
): Promise<Welcome> {
  if (message === undefined) {
    throw new SessionLost({ kind: "disconnected", peer: await peer.closed });
  }
  switch (message.kind) {
    case "welcome":
      return message;
    case "abort":
      throw new SessionRefused(realm, message.reason, reasonText(message));
    case "challenge":
      throw new ProtocolViolation(
        `CHALLENGE ${
          quote(message.method)
        }: only anonymous sessions were offered`,
      );
    default:
      throw new ProtocolViolation(
        `${message.kind.toUpperCase()} in answer to HELLO`,
      );
  }
}

/** Answers a violation as the protocol wants it: with ABORT and a hang-up. */
export async function hangUp(
  peer: Peer,
  violation: ProtocolViolation,
): Promise<void> {
  peer.send({
    kind: "abort",
    details: { message: violation.message },
    reason: WAMP_URI.protocolViolation,
    args: [],
    kwargs: {},
  });
  await peer.close();
}
