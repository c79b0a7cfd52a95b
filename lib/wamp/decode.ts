import { exceedsDepth } from "./_json_depth.ts";
import { dict, LAYOUTS } from "./layouts.ts";
import { ProtocolViolation } from "./errors.ts";
import { DEFAULT_LIMITS, type MessageLimits } from "./limits.ts";
import type { Message, Payload } from "./messages.ts";

const KINDS = new Map<unknown, Message["kind"]>(
  (Object.keys(LAYOUTS) as Message["kind"][])
    .map((kind) => [LAYOUTS[kind].code, kind]),
);

/**
 * Reads a message from JSON. Every field is checked; unknown keys in options
 * and details are kept. Two habits of routers are tolerated: `null` for the
 * details of ABORT, and for an empty payload of RESULT, EVENT and INVOCATION.
 *
 * @throws {ProtocolViolation} when `text` is not a message, or is longer or
 * deeper than `limits` allow.
 */
export function decode(
  text: string,
  limits: MessageLimits = DEFAULT_LIMITS,
): Message {
  const wire = parse(text, limits);
  if (!Array.isArray(wire)) {
    throw new ProtocolViolation("A message must be a list");
  }
  const kind = KINDS.get(wire[0]);
  if (kind === undefined) {
    throw new ProtocolViolation("A message must begin with a known code");
  }
  return read(kind, wire);
}

function parse(text: string, { maxLength, maxDepth }: MessageLimits): unknown {
  if (text.length > maxLength) {
    throw new ProtocolViolation(
      `A message of ${text.length} characters is longer than the ${maxLength} allowed`,
    );
  }
  if (exceedsDepth(text, maxDepth)) {
    throw new ProtocolViolation(
      `A message is nested deeper than the ${maxDepth} levels allowed`,
    );
  }
  try {
    return HUGE_NUMBER.test(text)
      ? JSON.parse(text, refuseInfinity)
      : JSON.parse(text);
  } catch (error) {
    if (error instanceof ProtocolViolation) throw error;
    // The parser's own error quotes the text, which may hold a secret.
    throw new ProtocolViolation("A message must be JSON");
  }
}

/** What a number has that is too large for the runtime, among other things. */
const HUGE_NUMBER = /\d{309}|[eE]\+?\d{3}/;

/** Infinity could not be passed on: JSON has no word for it. */
function refuseInfinity(_key: string, value: unknown): unknown {
  if (value !== Infinity && value !== -Infinity) return value;
  throw new ProtocolViolation("A message holds a number that is too large");
}

function read(kind: Message["kind"], wire: readonly unknown[]): Message {
  const name = kind.toUpperCase();
  const { fields, payload } = LAYOUTS[kind];
  const readers = Object.entries(fields);
  // The code comes first, a payload of two last.
  const payloadStart = 1 + readers.length;
  if (wire.length > payloadStart + (payload === "none" ? 0 : 2)) {
    throw new ProtocolViolation(`${name} has too many fields`);
  }
  const message: Record<string, unknown> = { kind };
  readers.forEach(([field, readField], i) => {
    message[field] = readField(wire[i + 1], `${name} ${field}`);
  });
  if (payload !== "none") {
    const values = wire.slice(payloadStart);
    const known = payload === "tolerant" ? values.map(nullToUndefined) : values;
    Object.assign(message, readPayload(name, known));
  }
  // Each layout is checked against its message's type, field by field.
  return message as unknown as Message;
}

function nullToUndefined(value: unknown): unknown {
  return value ?? undefined;
}

function readPayload(name: string, values: readonly unknown[]): Payload {
  const [args = [], kwargs = {}] = values;
  if (!Array.isArray(args)) {
    throw new ProtocolViolation(`${name} args must be a list`);
  }
  return { args, kwargs: dict(kwargs, `${name} kwargs`) };
}
