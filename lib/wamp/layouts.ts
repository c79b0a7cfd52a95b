import { ProtocolViolation } from "./errors.ts";
import { MAX_ID } from "./id.ts";
import type { Dict, Message, Payload } from "./messages.ts";
import { isUri } from "./uri.ts";

/** Checks one field of a received message. */
type FieldReader<T> = (value: unknown, field: string) => T;

type FieldName<M extends Message> = Exclude<keyof M, "kind" | keyof Payload>;

/** How one kind of message looks on the wire. */
interface Layout<M extends Message> {
  /** The number that comes first. */
  readonly code: number;
  /** The fields that follow, in their order. */
  readonly fields: { readonly [F in FieldName<M>]: FieldReader<M[F]> };
  /**
   * Whether `args` and `kwargs` may come last, and if so, whether `null` is
   * taken for an empty one.
   */
  readonly payload: M extends Payload ? "strict" | "tolerant" : "none";
}

/** An integer from 0: what a router makes up may be 0. */
function id(value: unknown, field: string): number {
  if (
    Number.isInteger(value) && Number(value) >= 0 && Number(value) <= MAX_ID
  ) {
    return Number(value);
  }
  throw new ProtocolViolation(`${field} must be an integer from 0 to 2^53`);
}

function text(value: unknown, field: string): string {
  if (typeof value === "string") return value;
  throw new ProtocolViolation(`${field} must be a string`);
}

function uri(value: unknown, field: string): string {
  if (typeof value === "string" && isUri(value)) return value;
  throw new ProtocolViolation(`${field} must be a URI`);
}

/** A dictionary. */
export function dict(value: unknown, field: string): Dict {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) {
    return value as Dict;
  }
  throw new ProtocolViolation(`${field} must be a dictionary`);
}

/** Some routers send `null` where they have nothing to add. */
function dictOrNull(value: unknown, field: string): Dict {
  return value === null ? {} : dict(value, field);
}

/**
 * Every message of the protocol. What only routers send is taken with `null`
 * for an empty payload, too: fox-wamp 0.7.28 sends it in RESULT, EVENT and
 * INVOCATION.
 */
export const LAYOUTS: { readonly [M in Message as M["kind"]]: Layout<M> } = {
  hello: {
    code: 1,
    fields: { realm: uri, details: dict },
    payload: "none",
  },
  welcome: {
    code: 2,
    fields: { session: id, details: dict },
    payload: "none",
  },
  abort: {
    code: 3,
    fields: { details: dictOrNull, reason: text },
    payload: "strict",
  },
  challenge: {
    code: 4,
    fields: { method: text, extra: dict },
    payload: "none",
  },
  authenticate: {
    code: 5,
    fields: { signature: text, extra: dict },
    payload: "none",
  },
  goodbye: {
    code: 6,
    fields: { details: dict, reason: text },
    payload: "none",
  },
  error: {
    code: 8,
    fields: { requestType: id, request: id, details: dict, uri },
    payload: "strict",
  },
  publish: {
    code: 16,
    fields: { request: id, options: dict, topic: uri },
    payload: "strict",
  },
  published: {
    code: 17,
    fields: { request: id, publication: id },
    payload: "none",
  },
  subscribe: {
    code: 32,
    fields: { request: id, options: dict, topic: uri },
    payload: "none",
  },
  subscribed: {
    code: 33,
    fields: { request: id, subscription: id },
    payload: "none",
  },
  unsubscribe: {
    code: 34,
    fields: { request: id, subscription: id },
    payload: "none",
  },
  unsubscribed: {
    code: 35,
    fields: { request: id },
    payload: "none",
  },
  event: {
    code: 36,
    fields: { subscription: id, publication: id, details: dict },
    payload: "tolerant",
  },
  call: {
    code: 48,
    fields: { request: id, options: dict, procedure: uri },
    payload: "strict",
  },
  cancel: {
    code: 49,
    fields: { request: id, options: dict },
    payload: "none",
  },
  result: {
    code: 50,
    fields: { request: id, details: dict },
    payload: "tolerant",
  },
  register: {
    code: 64,
    fields: { request: id, options: dict, procedure: uri },
    payload: "none",
  },
  registered: {
    code: 65,
    fields: { request: id, registration: id },
    payload: "none",
  },
  unregister: {
    code: 66,
    fields: { request: id, registration: id },
    payload: "none",
  },
  unregistered: {
    code: 67,
    fields: { request: id },
    payload: "none",
  },
  invocation: {
    code: 68,
    fields: { request: id, registration: id, details: dict },
    payload: "tolerant",
  },
  interrupt: {
    code: 69,
    fields: { request: id, options: dict },
    payload: "none",
  },
  yield: {
    code: 70,
    fields: { request: id, options: dict },
    payload: "strict",
  },
};
