import fc from "fast-check";
import { MAX_ID } from "../../lib/wamp/id.ts";
import type { Dict, Message } from "../../lib/wamp/messages.ts";
import { isUri } from "../../lib/wamp/uri.ts";

const id = fc.oneof(
  fc.nat(),
  fc.maxSafeNat(),
  fc.constantFrom(0, 1, MAX_ID),
);
const uri = fc.array(
  fc.string({ unit: "grapheme", minLength: 1 }).filter(isUri),
  { minLength: 1, maxLength: 4 },
).map((parts) => parts.join("."));
const dict: fc.Arbitrary<Dict> = fc.dictionary(fc.string(), fc.jsonValue());
const payload = { args: fc.array(fc.jsonValue()), kwargs: dict };
const text = fc.string();

function kind<K extends Message["kind"]>(name: K): fc.Arbitrary<K> {
  return fc.constant(name);
}

/** Any message that may go over the wire. */
export const arbitraryMessage: fc.Arbitrary<Message> = fc.oneof(
  fc.record({ kind: kind("hello"), realm: uri, details: dict }),
  fc.record({ kind: kind("welcome"), session: id, details: dict }),
  fc.record({ kind: kind("abort"), details: dict, reason: uri, ...payload }),
  fc.record({ kind: kind("challenge"), method: text, extra: dict }),
  fc.record({ kind: kind("authenticate"), signature: text, extra: dict }),
  fc.record({ kind: kind("goodbye"), details: dict, reason: uri }),
  fc.record({
    kind: kind("error"),
    requestType: id,
    request: id,
    details: dict,
    uri,
    ...payload,
  }),
  fc.record({
    kind: kind("publish"),
    request: id,
    options: dict,
    topic: uri,
    ...payload,
  }),
  fc.record({ kind: kind("published"), request: id, publication: id }),
  fc.record({
    kind: kind("subscribe"),
    request: id,
    options: dict,
    topic: uri,
  }),
  fc.record({ kind: kind("subscribed"), request: id, subscription: id }),
  fc.record({ kind: kind("unsubscribe"), request: id, subscription: id }),
  fc.record({ kind: kind("unsubscribed"), request: id }),
  fc.record({
    kind: kind("event"),
    subscription: id,
    publication: id,
    details: dict,
    ...payload,
  }),
  fc.record({
    kind: kind("call"),
    request: id,
    options: dict,
    procedure: uri,
    ...payload,
  }),
  fc.record({ kind: kind("cancel"), request: id, options: dict }),
  fc.record({ kind: kind("result"), request: id, details: dict, ...payload }),
  fc.record({
    kind: kind("register"),
    request: id,
    options: dict,
    procedure: uri,
  }),
  fc.record({ kind: kind("registered"), request: id, registration: id }),
  fc.record({ kind: kind("unregister"), request: id, registration: id }),
  fc.record({ kind: kind("unregistered"), request: id }),
  fc.record({
    kind: kind("invocation"),
    request: id,
    registration: id,
    details: dict,
    ...payload,
  }),
  fc.record({ kind: kind("interrupt"), request: id, options: dict }),
  fc.record({ kind: kind("yield"), request: id, options: dict, ...payload }),
);
