/** Bytes that were put away, to be read in any order. */
export interface SpoolStore {
  /** Bytes in it. */
  readonly size: number;
  append(bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  /** `length` bytes from `offset` on, fewer at the end; not to be changed. */
  read(offset: number, length: number): Promise<Uint8Array<ArrayBuffer>>;
  /** Lets go of the bytes; may be called again. */
  close(): Promise<void>;
}

const SEGMENT_SIZE = 1024 ** 2;

/** Keeps bytes in memory, in segments, so that growing copies nothing. */
export class MemoryStore implements SpoolStore {
  #segments: Uint8Array<ArrayBuffer>[] = [];
  #size = 0;

  get size(): number {
    return this.#size;
  }

  append(bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    for (let at = 0; at < bytes.length;) {
      const start = this.#size % SEGMENT_SIZE;
      if (start === 0) this.#segments.push(new Uint8Array(SEGMENT_SIZE));
      const part = bytes.subarray(at, at + SEGMENT_SIZE - start);
      this.#segments.at(-1)?.set(part, start);
      this.#size += part.length;
      at += part.length;
    }
    return Promise.resolve();
  }

  // deno-lint-ignore require-await
  async read(
    offset: number,
    length: number,
  ): Promise<Uint8Array<ArrayBuffer>> {
    const end = Math.min(offset + length, this.#size);
    const parts: Uint8Array<ArrayBuffer>[] = [];
    for (let at = offset; at < end;) {
      const start = at % SEGMENT_SIZE;
      const part = this.#segments[Math.floor(at / SEGMENT_SIZE)]
        ?.subarray(start, Math.min(start + end - at, SEGMENT_SIZE));
      if (part === undefined) throw new TypeError("Cannot read a closed store");
      parts.push(part);
      at += part.length;
    }
    return concat(parts);
  }

  close(): Promise<void> {
    this.#segments = [];
    return Promise.resolve();
  }
}

function concat(
  parts: readonly Uint8Array<ArrayBuffer>[],
): Uint8Array<ArrayBuffer> {
  const [first] = parts;
  if (first !== undefined && parts.length === 1) return first;
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const all = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/**
 * How the names of temporary files begin, so that a later start can find one
 * that a crash kept from losing its name.
 */
export const SPOOL_PREFIX = "quay-builder-package-";

/** Keeps bytes in a temporary file that has no name any more. */
export class FileStore implements SpoolStore {
  readonly #file: Deno.FsFile;
  #size = 0;
  /** Where the file's next read or write takes place, if that is known. */
  #position: number | undefined = 0;
  #closed = false;
  /** Ends when the position may be moved again. */
  #turn: Promise<unknown> = Promise.resolve();

  private constructor(file: Deno.FsFile) {
    this.#file = file;
  }

  /**
   * Makes the file. It loses its name at once, so that not even a crash leaves
   * it behind.
   *
   * @param directory where it goes; by default where the system puts them
   * @throws {Deno.errors.NotCapable} without the permission to read and write
   * there, and other errors of the file system.
   */
  static async open(directory?: string): Promise<FileStore> {
    const path = await Deno.makeTempFile({
      prefix: SPOOL_PREFIX,
      ...(directory === undefined ? {} : { dir: directory }),
    });
    try {
      const options = { read: true, write: true };
      return new FileStore(await Deno.open(path, options));
    } finally {
      await Deno.remove(path);
    }
  }

  get size(): number {
    return this.#size;
  }

  append(bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    return this.#inTurn(async () => {
      await this.#seek(this.#size);
      for (let at = 0; at < bytes.length;) {
        at += await this.#file.write(bytes.subarray(at));
      }
      this.#size += bytes.length;
      this.#position = this.#size;
    });
  }

  read(offset: number, length: number): Promise<Uint8Array<ArrayBuffer>> {
    return this.#inTurn(async () => {
      const bytes = new Uint8Array(
        Math.max(Math.min(length, this.#size - offset), 0),
      );
      await this.#seek(offset);
      let filled = 0;
      while (filled < bytes.length) {
        const count = await this.#file.read(bytes.subarray(filled));
        if (count === null) break;
        filled += count;
      }
      this.#position = offset + filled;
      return bytes.subarray(0, filled);
    });
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#turn;
    this.#file.close();
  }

  async #seek(offset: number): Promise<void> {
    if (this.#position !== offset) {
      await this.#file.seek(offset, Deno.SeekMode.Start);
    }
    this.#position = undefined;
  }

  #inTurn<T>(action: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(action);
    this.#turn = result.catch(() => {});
    return result;
  }
}
