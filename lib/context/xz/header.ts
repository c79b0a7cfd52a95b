import { crc32 } from "node:zlib";
import { xzError } from "./xz_error.ts";

/** Bytes of the longest integer. */
const MAX_INTEGER = 9;

/** Reads the parts of a header one after the other. */
export class HeaderReader {
  readonly #bytes: Uint8Array<ArrayBuffer>;
  #at = 0;

  constructor(bytes: Uint8Array<ArrayBuffer>) {
    this.#bytes = bytes;
  }

  /** How many bytes were read. */
  get position(): number {
    return this.#at;
  }

  /** @throws {ContextError} when there is none left. */
  byte(): number {
    const byte = this.#bytes[this.#at++];
    if (byte === undefined) throw damagedHeader();
    return byte;
  }

  /**
   * A number of seven bits a byte, the lowest ones first (xz file format, 1.2).
   *
   * @throws {ContextError} when it does not end.
   */
  integer(): number {
    let value = 0;
    for (let i = 0; i < MAX_INTEGER; i++) {
      const byte = this.byte();
      value += (byte & 0x7f) * 2 ** (7 * i);
      if (byte < 0x80) return value;
    }
    throw damagedHeader();
  }
}

/** Whether bytes have a CRC-32, which is how headers are checked. */
export function hasChecksum(
  bytes: Uint8Array<ArrayBuffer>,
  checksum: Uint8Array<ArrayBuffer>,
): boolean {
  const { buffer, byteOffset } = checksum;
  return new DataView(buffer, byteOffset).getUint32(0, true) === crc32(bytes);
}

/** The error for a header that breaks the rules. */
export function damagedHeader(): Error {
  return xzError("corrupt", "a header of it is damaged");
}
