import { readFrom, type WalkedFile } from "./directory_walk.ts";
import { ContextError } from "./error.ts";
import { encodeName, quoteName } from "./path.ts";
import type { ChunkWriter } from "./tar/chunk_writer.ts";
import { paddingOf } from "./tar/header.ts";
import { type TarMember, writeMember } from "./tar/pack.ts";

/** Bytes that are read of a file at a time. */
const PIECE_SIZE = 128 * 1024;

/**
 * Packs files as the docker CLI does (20.10 to 28): owned by root, times in
 * whole seconds, hard links as links to the first of them, devices and FIFOs as
 * such, sockets left out. File capabilities, which the CLI adds, are out of the
 * runtime's reach.
 */
export class DirectoryPacker {
  readonly #output: ChunkWriter;
  /** The first path of every file that has several. */
  readonly #firstPaths = new Map<string, string>();

  constructor(output: ChunkWriter) {
    this.#output = output;
  }

  /**
   * Writes an entry, and gives the chunks that are complete.
   *
   * @throws {ContextError} when the file cannot be read as it was found.
   */
  *pack(file: WalkedFile): Generator<Uint8Array<ArrayBuffer>, void> {
    const member = this.#memberOf(file);
    if (member === undefined) return;
    writeMember(this.#output, member);
    if (member.kind === "file" && member.size > 0) {
      yield* this.#copy(file, member.size);
      this.#output.writeZeros(paddingOf(member.size));
    }
    yield* this.#output.take();
  }

  *#copy(
    { location, path }: WalkedFile,
    size: number,
  ): Generator<Uint8Array<ArrayBuffer>, void> {
    using file = readFrom(path, () => Deno.openSync(location));
    const read = (buffer: Uint8Array) =>
      readFrom(path, () => file.readSync(buffer));
    for (let left = size; left > 0;) {
      const buffer = new Uint8Array(Math.min(left, PIECE_SIZE));
      const count = read(buffer);
      if (count === null) throw changed(path, "shrank");
      this.#output.write(buffer.subarray(0, count));
      left -= count;
      yield* this.#output.take();
    }
    if (read(new Uint8Array(1)) !== null) throw changed(path, "grew");
  }

  #memberOf(file: WalkedFile): TarMember | undefined {
    const { path, info } = file;
    const base = { path, ...attributesOf(info) };
    if (info.isDirectory) return { kind: "directory", ...base };
    const target = this.#linkTarget(file);
    if (target !== undefined) return { kind: "hard_link", ...base, target };
    if (info.isFile) return { kind: "file", ...base, size: info.size };
    if (info.isSymlink) {
      return { kind: "symlink", ...base, target: readLink(file) };
    }
    if (info.isFifo) return { kind: "fifo", ...base };
    if (info.isSocket) return undefined;
    const kind = info.isBlockDevice ? "block_device" : "character_device";
    return { kind, ...base, ...deviceNumbers(info.rdev ?? 0) };
  }

  #linkTarget({ path, info }: WalkedFile): string | undefined {
    if ((info.nlink ?? 1) < 2) return undefined;
    const file = `${info.dev}:${info.ino}`;
    const first = this.#firstPaths.get(file);
    if (first === undefined) this.#firstPaths.set(file, path);
    return first;
  }
}

/** Permission bits, and the time of the last change in whole seconds. */
export function attributesOf(
  { mode, mtime }: Deno.FileInfo,
): { readonly mode: number; readonly mtime: number } {
  return {
    mode: (mode ?? 0) & 0o7777,
    mtime: Math.floor((mtime?.getTime() ?? 0) / 1000),
  };
}

function readLink({ location, path }: WalkedFile): string {
  const target = readFrom(path, () => Deno.readLinkSync(location));
  if (!target.includes("\ufffd")) return encodeName(target);
  throw new ContextError(
    "unsupported",
    `Cannot read ${quoteName(path)}: the link's target is not UTF-8`,
  );
}

/** Takes a device number of Linux apart (`makedev(3)`). */
function deviceNumbers(
  rdev: number,
): { readonly major: number; readonly minor: number } {
  const device = BigInt(rdev);
  return {
    major: Number((device >> 8n & 0xfffn) | (device >> 32n & 0xfffff000n)),
    minor: Number((device & 0xffn) | (device >> 12n & 0xffffff00n)),
  };
}

function changed(path: string, what: string): ContextError {
  return new ContextError(
    "changed",
    `Cannot send ${quoteName(path)}: it ${what} while it was read`,
  );
}
