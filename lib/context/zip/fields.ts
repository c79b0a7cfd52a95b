import { zipError } from "./zip_error.ts";

/** The numbers of a record of a zip archive, which are little-endian. */
export class ZipFields {
  readonly #view: DataView;

  constructor(bytes: Uint8Array<ArrayBuffer>) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  uint16(at: number): number {
    return this.#view.getUint16(at, true);
  }

  uint32(at: number): number {
    return this.#view.getUint32(at, true);
  }

  int32(at: number): number {
    return this.#view.getInt32(at, true);
  }

  /** @throws {ContextError} when the number cannot be a size of anything. */
  uint64(at: number): number {
    const value = Number(this.#view.getBigUint64(at, true));
    if (Number.isSafeInteger(value)) return value;
    throw zipError("corrupt", "it holds an impossible size");
  }
}
