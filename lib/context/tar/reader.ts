import { ContextError } from "../error.ts";
import { type ContextLimits, MAX_PATH_BYTES } from "../limits.ts";
import type { Pacer } from "../pacer.ts";
import { quoteName } from "../path.ts";
import type { TarExtension, TarVisitor } from "./entry.ts";
import { buildEntry } from "./entry_builder.ts";
import { readExtension } from "./extension.ts";
import { Gatherer } from "./gatherer.ts";
import {
  BLOCK_SIZE,
  FIELD,
  fieldOf,
  isZeroBlock,
  paddingOf,
  verifyChecksum,
} from "./header.ts";
import { readNumber } from "./number.ts";
import { TarSyntaxError } from "./syntax_error.ts";

/** Bytes of PAX headers and long names before one entry; Go takes 1 MiB each. */
const MAX_EXTENSION_BYTES = 2 * 1024 ** 2;

/** In a block of a sparse file's extents: whether another one follows. */
const EXTENTS_CONTINUE = 504;

/** What the reader takes before it gives up. */
export type TarLimits = Pick<ContextLimits, "unpackedBytes" | "entries">;

/**
 * Reads a tar archive chunk by chunk and tells a visitor what is in it. All
 * dialects that the engine reads (Go's archive/tar) are read as the engine
 * does, which also says what is tolerated: end blocks that are missing, padding
 * of the last entry that is missing, and anything behind the end blocks.
 */
export class TarReader {
  readonly #visitor: TarVisitor;
  readonly #limits: TarLimits;
  readonly #gatherer = new Gatherer();
  #extensions: TarExtension[] = [];
  #extensionBytes = 0;
  /** Whether another block of a sparse file's extents comes next. */
  #extents = false;
  /** Bytes of data and padding that are still to come, and of them padding. */
  #bodyLeft = 0;
  #padding = 0;
  #zeroBlocks = 0;
  #offset = 0;
  /** Where the block in hand begins. */
  #blockOffset = 0;
  /** Bytes that sparse files unpack to besides what the archive holds. */
  #holes = 0;
  #entries = 0;
  #lastName: string | undefined;

  constructor(visitor: TarVisitor, limits: TarLimits) {
    this.#visitor = visitor;
    this.#limits = limits;
  }

  /**
   * Takes the next bytes of the archive: all, or those up to an entry after
   * which a pause is due.
   *
   * @returns how many
   * @throws {ContextError} kind `corrupt` or `limit`.
   */
  push(
    chunk: Uint8Array<ArrayBuffer>,
    pacer?: Pick<Pacer, "isDue">,
  ): number {
    let at = 0;
    try {
      while (at < chunk.length) {
        const entries = this.#entries;
        const taken = this.#take(at === 0 ? chunk : chunk.subarray(at));
        at += taken;
        this.#offset += taken;
        if (this.#entries > entries && pacer?.isDue) break;
      }
      this.#checkSize(0);
      return at;
    } catch (error) {
      if (!(error instanceof TarSyntaxError)) throw error;
      throw this.#error("corrupt", error.message, { cause: error });
    }
  }

  /**
   * Says that there are no more bytes, and gives the number of padding bytes
   * that the last entry lacks.
   *
   * @throws {ContextError} kind `truncated` when something is missing.
   */
  finish(): number {
    const complete = !this.#gatherer.busy && !this.#extents &&
      this.#extensions.length === 0 && this.#bodyLeft <= this.#padding;
    if (!complete) {
      const offset = this.#offset;
      throw this.#error("truncated", "it ends too early", { offset });
    }
    return this.#bodyLeft;
  }

  /** Handles the front of some bytes and says how many it took. */
  #take(bytes: Uint8Array<ArrayBuffer>): number {
    if (this.#zeroBlocks === 2) return bytes.length;
    if (this.#gatherer.busy) return this.#gatherer.take(bytes);
    if (this.#bodyLeft > 0 && !this.#extents) return this.#takeBody(bytes);
    this.#blockOffset = this.#offset;
    if (bytes.length < BLOCK_SIZE) {
      this.#gatherer.start(BLOCK_SIZE, (block) => this.#block(block));
      return this.#gatherer.take(bytes);
    }
    this.#block(bytes.subarray(0, BLOCK_SIZE));
    return BLOCK_SIZE;
  }

  #takeBody(bytes: Uint8Array<ArrayBuffer>): number {
    const part = bytes.length <= this.#bodyLeft
      ? bytes
      : bytes.subarray(0, this.#bodyLeft);
    this.#bodyLeft -= part.length;
    this.#visitor.body(part);
    return part.length;
  }

  #block(block: Uint8Array<ArrayBuffer>): void {
    if (this.#extents) {
      this.#extents = block[EXTENTS_CONTINUE] !== 0;
      this.#visitor.body(block);
    } else if (block[0] === 0 && isZeroBlock(block)) {
      this.#zeroBlocks++;
    } else {
      this.#header(block);
    }
  }

  #header(block: Uint8Array<ArrayBuffer>): void {
    if (this.#zeroBlocks > 0) {
      throw new TarSyntaxError("a single zero block is not at its end");
    }
    verifyChecksum(block);
    const type = String.fromCharCode(block[FIELD.type[0]] ?? 0);
    if (type === "x" || type === "L" || type === "K") {
      this.#startExtension(type, block);
    } else {
      this.#startEntry(block);
    }
  }

  #startExtension(
    type: TarExtension["type"],
    block: Uint8Array<ArrayBuffer>,
  ): void {
    const size = readNumber(fieldOf(block, FIELD.size));
    const length = BLOCK_SIZE + size + paddingOf(size);
    this.#extensionBytes += length;
    if (size < 0 || this.#extensionBytes > MAX_EXTENSION_BYTES) {
      throw new TarSyntaxError("a name or a PAX header is too long");
    }
    this.#gatherer.start(length, (raw) => {
      this.#extensions.push(readExtension(type, raw));
    });
    this.#gatherer.take(block);
  }

  #startEntry(block: Uint8Array<ArrayBuffer>): void {
    const { entry, unpackedSize } = buildEntry(block, this.#extensions);
    this.#extensions = [];
    this.#extensionBytes = 0;
    this.#lastName = entry.name;
    for (const name of [entry.name, entry.linkName]) {
      if (name.length <= MAX_PATH_BYTES) continue;
      const detail = `a name has ${name.length} bytes, ` +
        `at most ${MAX_PATH_BYTES} are allowed`;
      throw this.#error("limit", detail);
    }
    if (++this.#entries > this.#limits.entries) {
      const detail = `it holds more than ${this.#limits.entries} entries`;
      throw this.#error("limit", detail);
    }
    this.#checkSize(unpackedSize);
    this.#holes += Math.max(unpackedSize - entry.size, 0);
    this.#padding = paddingOf(entry.size);
    this.#bodyLeft = entry.size + this.#padding;
    this.#extents = entry.type === "S" && block[FIELD.gnuExtended[0]] !== 0;
    this.#visitor.entry(entry);
  }

  /** Checks what was read and what is announced, before it is read. */
  #checkSize(announced: number): void {
    const { unpackedBytes } = this.#limits;
    if (this.#offset + this.#holes + announced > unpackedBytes) {
      const detail = `it unpacks to more than ${unpackedBytes} bytes`;
      throw this.#error("limit", detail);
    }
  }

  #error(
    kind: "corrupt" | "limit" | "truncated",
    detail: string,
    { cause, offset = this.#blockOffset }: {
      readonly cause?: unknown;
      readonly offset?: number;
    } = {},
  ): ContextError {
    const entry = this.#lastName === undefined
      ? ""
      : `, entry ${quoteName(this.#lastName)}`;
    return new ContextError(
      kind,
      `Cannot read the tar archive: ${detail} (byte ${offset}${entry})`,
      { cause },
    );
  }
}
