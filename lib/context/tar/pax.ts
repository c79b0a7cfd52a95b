import { TarSyntaxError } from "./syntax_error.ts";

/**
 * One record of a PAX header (POSIX.1-2001): `length key=value\n`, the length
 * counting the whole record. Key and value are byte strings.
 */
export interface PaxRecord {
  readonly key: string;
  readonly value: string;
  /** The record as it was written. */
  readonly raw: string;
}

/**
 * Takes the body of a PAX header apart.
 *
 * @throws {TarSyntaxError} when a record is not well-formed.
 */
export function parsePax(body: string): PaxRecord[] {
  const records: PaxRecord[] = [];
  for (let at = 0; at < body.length;) {
    const record = parseRecord(body, at);
    records.push(record);
    at += record.raw.length;
  }
  return records;
}

function parseRecord(body: string, at: number): PaxRecord {
  const space = body.indexOf(" ", at);
  const digits = space === -1 ? "" : body.slice(at, space);
  const raw = /^\d{1,8}$/.test(digits)
    ? body.slice(at, at + Number(digits))
    : "";
  const equals = raw.indexOf("=", digits.length);
  if (
    raw.length !== Number(digits) || equals <= digits.length + 1 ||
    !raw.endsWith("\n")
  ) {
    throw new TarSyntaxError("a PAX header is not well-formed");
  }
  return {
    key: raw.slice(digits.length + 1, equals),
    value: raw.slice(equals + 1, -1),
    raw,
  };
}

/** Writes one record. */
export function paxRecord(key: string, value: string): PaxRecord {
  const rest = ` ${key}=${value}\n`;
  let length = rest.length;
  // The digits of the length count too, and may bring one more digit.
  while (length !== rest.length + String(length).length) {
    length = rest.length + String(length).length;
  }
  return { key, value, raw: `${length}${rest}` };
}
