import { isUri } from "../wamp/uri.ts";

/**
 * Turns the text of one setting into its value. Throws an `Error` whose
 * message completes "expected …".
 */
export interface ValueParser<T> {
  (text: string): T;
  /** Every text there is, for values that are chosen from a few. */
  readonly choices?: readonly string[];
}

const SIZE_UNITS: Readonly<Record<string, number>> = {
  "": 1,
  "B": 1,
  "KIB": 2 ** 10,
  "MIB": 2 ** 20,
  "GIB": 2 ** 30,
};

const DURATION_UNITS: Readonly<Record<string, number>> = {
  "ms": 1,
  "s": 1_000,
  "m": 60_000,
  "h": 3_600_000,
};

/** Any text. */
export function text(value: string): string {
  return value;
}

/** Any text at all, which stands for yes: how Docker reads its switches. */
export function anything(_value: string): boolean {
  return true;
}

/** The name of a realm: a WAMP URI, by the protocol's loose rule. */
export function realm(value: string): string {
  if (!isUri(value)) throw new Error("a name without white space and #");
  return value;
}

/** An absolute URL with one of `protocols` (`"ws:"`) and a host. */
export function url(...protocols: readonly string[]): ValueParser<URL> {
  const expected = `a URL that begins with ${
    protocols.map((protocol) => `${protocol}//`).join(" or ")
  }`;
  return (value) => {
    const parsed = URL.canParse(value) ? new URL(value) : undefined;
    if (!parsed || !protocols.includes(parsed.protocol) || !parsed.hostname) {
      throw new Error(expected);
    }
    if (parsed.hash !== "") throw new Error("a URL without #");
    return parsed;
  };
}

/** One of `choices`, in any case. */
export function choice<const T extends string>(
  ...choices: readonly T[]
): ValueParser<T> {
  const parse = (value: string): T => {
    const found = choices.find((choice) => choice === value.toLowerCase());
    if (found === undefined) throw new Error(`one of ${choices.join(", ")}`);
    return found;
  };
  return Object.assign(parse, { choices });
}

/** `true` or `false`, also written `1`, `yes`, `0`, `no`. */
export function flag(value: string): boolean {
  if (/^(true|1|yes)$/i.test(value)) return true;
  if (/^(false|0|no)$/i.test(value)) return false;
  throw new Error("true or false");
}

/** A number of bytes: `67108864`, `64 MiB`, `2GiB`. */
export function size(value: string): number {
  const [, digits, unit] = /^(\d+)\s*([a-z]*)$/i.exec(value) ?? [];
  const factor = SIZE_UNITS[(unit ?? "").toUpperCase()];
  const bytes = Number(digits) * (factor ?? NaN);
  if (!Number.isSafeInteger(bytes)) {
    throw new Error("a size such as 512KiB, 64MiB or 2GiB");
  }
  return bytes;
}

/** A number of bytes that is not below `bytes`, which `least` says in words. */
export function sizeFrom(bytes: number, least: string): ValueParser<number> {
  return (value) => {
    const parsed = size(value);
    if (parsed < bytes) throw new Error(`a size of at least ${least}`);
    return parsed;
  };
}

/** A whole number above zero. */
export function count(value: string): number {
  const parsed = /^\d+$/.test(value) ? Number(value) : NaN;
  if (Number.isSafeInteger(parsed) && parsed > 0) return parsed;
  throw new Error("a whole number above zero");
}

/** Longest duration that a timer of the runtime takes, in milliseconds. */
const MAX_DURATION = 2 ** 31 - 1;

/** A duration in milliseconds, above zero: `500ms`, `30s`, `10m`, `2h`. */
export function duration(value: string): number {
  const [, digits, unit] = /^(\d+)\s*(ms|s|m|h)$/i.exec(value) ?? [];
  const factor = DURATION_UNITS[(unit ?? "").toLowerCase()];
  const milliseconds = Number(digits) * (factor ?? NaN);
  if (!(milliseconds > 0 && milliseconds <= MAX_DURATION)) {
    throw new Error("a duration such as 30s, 10m or 2h, at most 596h");
  }
  return milliseconds;
}

/** A duration that does not end before anybody could answer: from a second on. */
export function timeout(value: string): number {
  const milliseconds = duration(value);
  if (milliseconds < 1_000) throw new Error("a duration of at least 1s");
  return milliseconds;
}
