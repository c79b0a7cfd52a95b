import { TarSyntaxError } from "./syntax_error.ts";

const SPACE = 0x20;
const ZERO = 0x30;

/**
 * Reads a number of a tar header: octal digits (POSIX.1-1988, ustar), or a
 * big-endian two's complement number behind a set first bit (GNU, "base-256").
 *
 * @throws {TarSyntaxError} when it is neither, or too large to count with.
 */
export function readNumber(field: Uint8Array): number {
  const first = field[0] ?? 0;
  return (first & 0x80) === 0 ? readOctal(field) : readBase256(field, first);
}

/** Spaces and NULs may stand on both sides, and nothing means 0. */
function readOctal(field: Uint8Array): number {
  let value = 0;
  let digits = 0;
  let isOver = false;
  for (const byte of field) {
    const digit = byte - ZERO;
    if (byte === 0 || byte === SPACE) {
      isOver ||= digits > 0;
    } else if (isOver || digit < 0 || digit > 7) {
      throw new TarSyntaxError("a number is not octal");
    } else {
      value = value * 8 + digit;
      digits++;
    }
  }
  return value;
}

function readBase256(field: Uint8Array, first: number): number {
  const negative = (first & 0x40) !== 0;
  let value = negative ? (first & 0x3f) - 0x40 : first & 0x3f;
  for (const byte of field.subarray(1)) value = value * 256 + byte;
  if (!Number.isSafeInteger(value)) {
    throw new TarSyntaxError("a number is too large");
  }
  return value;
}

/**
 * Writes a whole number into a field of a tar header: octal and closed by a NUL
 * where it fits, else base-256, which the engine and GNU tar both read.
 */
export function writeNumber(field: Uint8Array, value: number): void {
  const digits = field.length - 1;
  if (value >= 0 && value < 8 ** digits) {
    writeAscii(field, value.toString(8).padStart(digits, "0"));
    return;
  }
  let rest = value;
  for (let i = digits; i > 0; i--) {
    const byte = ((rest % 256) + 256) % 256;
    field[i] = byte;
    rest = (rest - byte) / 256;
  }
  field[0] = rest < 0 ? 0xff : 0x80;
}

/** Writes ASCII into a field and fills the rest with NULs. */
export function writeAscii(field: Uint8Array, text: string): void {
  field.fill(0);
  for (let i = 0; i < text.length; i++) field[i] = text.charCodeAt(i);
}
