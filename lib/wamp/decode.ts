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
  const [code, ...values] = wire;
  const kind = KINDS.get(code);
  if (kind === undefined) {
    throw new ProtocolViolation("A message must begin with a known code");
  }
  return read(kind, values);
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
    return JSON.parse(text);
  } catch {
    // The parser's own error quotes the text, which may hold a secret.
    throw new ProtocolViolation("A message must be JSON");
  }
}

function read(kind: Message["kind"], values: unknown[]): Message {
  const name = kind.toUpperCase();
  const { fields, payload } = LAYOUTS[kind];
  const message: Record<string, unknown> = { kind };
  let rest = values;
  for (const [field, readField] of Object.entries(fields)) {
    message[field] = readField(rest[0], `${name} ${field}`);
    rest = rest.slice(1);
  }
  if (payload !== "none") {
    const known = payload === "tolerant" ? rest.map(nullToUndefined) : rest;
    Object.assign(message, readPayload(name, known));
    rest = rest.slice(2);
  }
  if (rest.length > 0) {
    throw new ProtocolViolation(`${name} has too many fields`);
  }
  // Each layout is checked against its message's type, field by field.
  return message as unknown as Message;
}

function nullToUndefined(value: unknown): unknown {
  return value ?? undefined;
}

function readPayload(name: string, values: unknown[]): Payload {
  const [args = [], kwargs = {}] = values;
  if (!Array.isArray(args)) {
    throw new ProtocolViolation(`${name} args must be a list`);
  }
  return { args, kwargs: dict(kwargs, `${name} kwargs`) };
}
