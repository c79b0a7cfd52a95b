import fc from "fast-check";
import { encode } from "../../lib/wamp/encode.ts";
import { LAYOUTS } from "../../lib/wamp/layouts.ts";
import type { Message } from "../../lib/wamp/messages.ts";
import { arbitraryMessage } from "../wamp/_arbitrary_message.ts";
import { damagedText, odd, oddValue } from "./_mutation.ts";

const codes = Object.values(LAYOUTS).map(({ code }) => code);

/** Text that JSON's grammar allows and few expect. */
const oddNumber = fc.constantFrom(
  "1e999",
  "-1e999",
  "9".repeat(400),
  "1e-999",
  "-0",
  "1E+400",
  "9007199254740993",
);

/** JSON that begins as a message does. */
const almost = fc.tuple(
  fc.oneof(fc.constantFrom(...codes), fc.integer()),
  fc.array(fc.oneof(oddValue, fc.nat(5), fc.constantFrom({}, [], "a.b")), {
    maxLength: 8,
  }),
).map(([code, fields]) => JSON.stringify([code, ...fields]));

const message = arbitraryMessage.map((each) => encode(each));

/** What may come in a text frame, seldom a message. */
export const frame: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.json(),
  almost,
  message,
  message.chain((text) => damagedText([text])),
  message.chain((text) => odd(JSON.parse(text)))
    .map((value) => JSON.stringify(value) ?? ""),
  fc.tuple(message, oddNumber)
    .map(([text, number]) => text.replace(/\d+(?!.*\d)/s, number)),
  fc.tuple(fc.constantFrom("[", '{"a":', "]", '["'), fc.nat(5_000))
    .map(([opening, times]) => opening.repeat(times)),
);

const id = fc.nat(6);
const dict = fc.constant({});
const args = fc.constantFrom([], [true], ["pong"], [1e300, { a: [] }]);

/**
 * What a router may send to a session that does the usual things, in any order:
 * IDs are so few that most mean something.
 */
export const routerFrame: fc.Arbitrary<string> = fc.oneof(
  fc.tuple(fc.constant(50), id, dict, args),
  fc.tuple(
    fc.constant(8),
    fc.constantFrom(...codes),
    id,
    dict,
    fc.constant("a.e"),
  ),
  fc.tuple(fc.constantFrom(17, 33, 65), id, id),
  fc.tuple(fc.constantFrom(35, 67), id),
  fc.tuple(fc.constant(36), id, id, dict, args),
  fc.tuple(fc.constant(68), id, id, dict, args),
  fc.tuple(fc.constant(69), id, dict),
  fc.tuple(fc.constant(6), dict, fc.constant("a.b")),
  fc.tuple(fc.constant(3), dict, fc.constant("a.b")),
  fc.tuple(fc.constant(2), id, dict),
).map((wire) => JSON.stringify(wire));

/** How a router answers a request as it should; `[]` where it does not. */
export function answerTo(message: Message | undefined): unknown[] {
  switch (message?.kind) {
    case "call":
      return [50, message.request, {}];
    case "publish":
      return [17, message.request, 1];
    case "register":
      return [65, message.request, 1];
    case "unregister":
      return [67, message.request];
    case "subscribe":
      return [33, message.request, 1];
    case "unsubscribe":
      return [35, message.request];
    case "goodbye":
      return [6, {}, "a.b"];
    default:
      return [];
  }
}

const uri = fc.constantFrom("a.b", "a.c", "a.d");

/** The same for a client that a router serves. */
export const clientFrame: fc.Arbitrary<string> = fc.oneof(
  fc.tuple(fc.constantFrom(48, 16), id, dict, uri, args),
  fc.tuple(fc.constant(16), id, fc.constant({ acknowledge: true }), uri, args),
  fc.tuple(fc.constantFrom(32, 64), id, dict, uri),
  fc.tuple(fc.constantFrom(34, 66), id, id),
  fc.tuple(fc.constant(70), id, dict, args),
  fc.tuple(fc.constant(8), fc.constant(68), id, dict, uri, args),
  fc.tuple(fc.constant(49), id, dict),
  fc.tuple(fc.constant(6), dict, uri),
  fc.tuple(fc.constant(1), uri, fc.constant({ roles: { caller: {} } })),
).map((wire) => JSON.stringify(wire));
