import { LAYOUTS } from "./layouts.ts";
import { DEFAULT_LIMITS, type MessageLimits } from "./limits.ts";
import type { Message, Payload } from "./messages.ts";

/**
 * Writes a message as JSON. Empty `args` and `kwargs` are left out, and never
 * written as `null`, for which some routers drop the connection.
 *
 * @throws {TypeError} when a value cannot be carried by JSON.
 * @throws {RangeError} when the message is longer than `limits` allow.
 */
export function encode(
  message: Message,
  limits: Pick<MessageLimits, "maxLength"> = DEFAULT_LIMITS,
): string {
  const text = stringify(message);
  if (text.length > limits.maxLength) {
    throw new RangeError(
      `Cannot send ${message.kind.toUpperCase()}: ${text.length} characters are more than the ${limits.maxLength} allowed`,
    );
  }
  return text;
}

function stringify(message: Message): string {
  const { code, fields } = LAYOUTS[message.kind];
  const values: Partial<Record<string, unknown>> = { ...message };
  const wire = [code, ...Object.keys(fields).map((name) => values[name])];
  if ("args" in message) wire.push(...payload(message));
  try {
    return JSON.stringify(wire, refuseLoss);
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    throw new TypeError(
      `Cannot send ${message.kind.toUpperCase()}: ${detail}`,
      { cause: error },
    );
  }
}

function payload({ args, kwargs }: Payload): unknown[] {
  if (Object.keys(kwargs).length > 0) return [args, kwargs];
  return args.length > 0 ? [args] : [];
}

/** Refuses what `JSON.stringify` alone would silently turn into `null`. */
function refuseLoss(this: unknown, _key: string, value: unknown): unknown {
  const isLostNumber = typeof value === "number" && !Number.isFinite(value);
  const isLostItem = Array.isArray(this) &&
    ["undefined", "function", "symbol"].includes(typeof value);
  if (isLostNumber || isLostItem) {
    throw new TypeError(`JSON cannot carry ${String(value)}`);
  }
  return value;
}
