import type { ExtraFile } from "../source.ts";
import type { ChunkWriter } from "./chunk_writer.ts";
import { BLOCK_SIZE, FIELD, fieldOf, paddingOf } from "./header.ts";
import { writeAscii, writeNumber } from "./number.ts";
import { renameEntry } from "./rename.ts";

/** A new entry of an archive. Its owner is root, as the docker CLI has it. */
export type TarMember =
  & {
    /** Path in the archive, as a byte string. */
    readonly path: string;
    /** Permission bits. */
    readonly mode: number;
    /** Time of the last change, in whole seconds since 1970. */
    readonly mtime: number;
  }
  & (
    | { readonly kind: "file"; readonly size: number }
    | { readonly kind: "directory" }
    | { readonly kind: "fifo" }
    | {
      readonly kind: "symlink" | "hard_link";
      /** A byte string. */
      readonly target: string;
    }
    | {
      readonly kind: "character_device" | "block_device";
      readonly major: number;
      readonly minor: number;
    }
  );

const TYPE_FLAGS = {
  file: "0",
  hard_link: "1",
  symlink: "2",
  character_device: "3",
  block_device: "4",
  directory: "5",
  fifo: "6",
} as const satisfies Record<TarMember["kind"], string>;

/**
 * Writes the headers of a new entry: ustar, with a PAX header for long names. A
 * file's data and padding come next.
 */
export function writeMember(output: ChunkWriter, member: TarMember): void {
  const block = new Uint8Array(BLOCK_SIZE);
  writeAscii(fieldOf(block, FIELD.magic), "ustar\0" + "00");
  writeAscii(fieldOf(block, FIELD.type), TYPE_FLAGS[member.kind]);
  writeNumber(fieldOf(block, FIELD.mode), member.mode);
  writeNumber(fieldOf(block, FIELD.uid), 0);
  writeNumber(fieldOf(block, FIELD.gid), 0);
  writeNumber(fieldOf(block, FIELD.mtime), member.mtime);
  const size = member.kind === "file" ? member.size : 0;
  writeNumber(fieldOf(block, FIELD.size), size);
  if ("major" in member) {
    writeNumber(fieldOf(block, FIELD.major), member.major);
    writeNumber(fieldOf(block, FIELD.minor), member.minor);
  }
  const slash = member.kind === "directory" ? "/" : "";
  const headers = renameEntry({ block, extensions: [] }, {
    name: `${member.path}${slash}`,
    ...("target" in member && { linkName: member.target }),
  });
  for (const header of headers) output.write(header);
}

/** Writes whole files. */
export function writeExtraFiles(
  output: ChunkWriter,
  files: readonly ExtraFile[],
): void {
  for (const { path, bytes, mode, mtime } of files) {
    const size = bytes.length;
    writeMember(output, { kind: "file", path, mode, mtime, size });
    output.write(bytes);
    output.writeZeros(paddingOf(size));
  }
}

/** Writes the two zero blocks that end an archive. */
export function writeEnd(output: ChunkWriter): void {
  output.writeZeros(2 * BLOCK_SIZE);
}
