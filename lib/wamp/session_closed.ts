import type { Dict } from "./messages.ts";
import { shorten } from "../text/shorten.ts";
import type { PeerClosed } from "./peer.ts";

/** Who ended a session, and why. */
export type SessionClosed =
  /** This side said GOODBYE; the router did, too, or hung up in order. */
  | { readonly kind: "left" }
  /** This side said GOODBYE, and hung up when no answer came in time. */
  | { readonly kind: "unanswered"; readonly milliseconds: number }
  /** The router said GOODBYE; `message` is its text for people, if any. */
  | {
    readonly kind: "goodbye";
    readonly uri: string;
    readonly message: string | undefined;
  }
  /** The router sent ABORT. */
  | {
    readonly kind: "aborted";
    readonly uri: string;
    readonly message: string | undefined;
  }
  /** The router broke the protocol; this side sent ABORT and hung up. */
  | { readonly kind: "violation"; readonly message: string }
  /** The connection ended without a GOODBYE. */
  | { readonly kind: "disconnected"; readonly peer: PeerClosed };

/** Says in one clause how a session ended. */
export function describeClosed(closed: SessionClosed): string {
  switch (closed.kind) {
    case "left":
      return "this side left";
    case "unanswered":
      return `the router did not answer GOODBYE within ${closed.milliseconds} ms`;
    case "goodbye":
      return `the router said goodbye (${describeReason(closed)})`;
    case "aborted":
      return `the router aborted it (${describeReason(closed)})`;
    case "violation":
      return `the router broke the protocol: ${closed.message}`;
    case "disconnected":
      return closed.peer.reason;
  }
}

/** Longest reason that is shown, in UTF-16 code units: a line of a log. */
const MAX_REASON = 1_000;

/** A reason for people: what programs go by, and the text that came with it. */
export function describeReason(
  { uri, message }: { uri: string; message: string | undefined },
): string {
  return shorten(
    message === undefined ? uri : `${uri}: ${message}`,
    MAX_REASON,
  );
}

/** The text for people that ABORT and GOODBYE may carry. */
export function reasonText(
  { details }: { details: Dict },
): string | undefined {
  const { message } = details;
  return typeof message === "string" && message !== "" ? message : undefined;
}
