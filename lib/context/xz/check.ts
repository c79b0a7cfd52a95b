import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";
import { xzError } from "./xz_error.ts";

/** A checksum that grows with the data. */
export interface Check {
  /** Bytes. */
  readonly size: number;
  update(bytes: Uint8Array<ArrayBuffer>): void;
  /** The checksum as it is stored; called once. */
  digest(): Uint8Array;
}

/**
 * The checksum that a stream's flags name (xz file format, 2.1.1.2).
 *
 * @throws {ContextError} kind `unsupported` when there is none of this number.
 */
export function createCheck(id: number): Check {
  switch (id) {
    case 0:
      return { size: 0, update: () => {}, digest: () => new Uint8Array(0) };
    case 1:
      return new Crc32();
    case 4:
      return new Crc64();
    case 10:
      return new Sha256();
    default:
      throw xzError("unsupported", `its checksum has the unknown type ${id}`);
  }
}

class Crc32 implements Check {
  readonly size = 4;
  #crc = 0;

  update(bytes: Uint8Array<ArrayBuffer>): void {
    this.#crc = crc32(bytes, this.#crc);
  }

  digest(): Uint8Array {
    const bytes = new Uint8Array(4);
    new DataView(bytes.buffer).setUint32(0, this.#crc, true);
    return bytes;
  }
}

/** CRC-64 of ECMA-182, the lowest bit first, in two halves. */
class Crc64 implements Check {
  readonly size = 8;
  #low = 0xffffffff;
  #high = 0xffffffff;

  update(bytes: Uint8Array<ArrayBuffer>): void {
    let low = this.#low;
    let high = this.#high;
    for (const byte of bytes) {
      const index = (low ^ byte) & 0xff;
      low = (low >>> 8 | high << 24) ^ (CRC64_LOW[index] ?? 0);
      high = high >>> 8 ^ (CRC64_HIGH[index] ?? 0);
    }
    this.#low = low;
    this.#high = high;
  }

  digest(): Uint8Array {
    const bytes = new Uint8Array(8);
    const view = new DataView(bytes.buffer);
    view.setUint32(0, ~this.#low, true);
    view.setUint32(4, ~this.#high, true);
    return bytes;
  }
}

const CRC64_LOW = new Uint32Array(256);
const CRC64_HIGH = new Uint32Array(256);
for (let byte = 0; byte < 256; byte++) {
  let crc = BigInt(byte);
  for (let bit = 0; bit < 8; bit++) {
    crc = (crc & 1n) === 0n ? crc >> 1n : crc >> 1n ^ 0xc96c5795d7870f42n;
  }
  CRC64_LOW[byte] = Number(crc & 0xffffffffn);
  CRC64_HIGH[byte] = Number(crc >> 32n);
}

class Sha256 implements Check {
  readonly size = 32;
  readonly #hash = createHash("sha256");

  update(bytes: Uint8Array<ArrayBuffer>): void {
    this.#hash.update(bytes);
  }

  digest(): Uint8Array {
    return this.#hash.digest();
  }
}
