import type { PaxRecord } from "./pax.ts";

/**
 * What stands in front of an entry's header: a PAX header (`x`), or a long name
 * (`L`) or long link target (`K`) of GNU tar.
 */
export type TarExtension =
  & {
    /** All of it as it was: header block, content, padding. */
    readonly raw: Uint8Array<ArrayBuffer>;
  }
  & (
    | { readonly type: "x"; readonly records: readonly PaxRecord[] }
    | { readonly type: "L" | "K"; readonly name: string }
  );

/** One entry of a tar archive: its headers, without its data. */
export interface TarEntry {
  /** The name that counts, as a byte string, not cleaned. */
  readonly name: string;
  /** The target of a link, as a byte string, not cleaned. */
  readonly linkName: string;
  /**
   * The type flag (POSIX.1-2001): `0` file, `1` hard link, `2` symbolic link,
   * `3` and `4` devices, `5` directory, `6` FIFO, `7` contiguous file, `g`
   * global PAX header, `S` sparse file of GNU tar, or anything else.
   */
  readonly type: string;
  /** Bytes of data that follow, without their padding. */
  readonly size: number;
  /** Whether the data is a sparse file's: a map, and what is not a hole. */
  readonly sparse: boolean;
  /** The header block. */
  readonly block: Uint8Array<ArrayBuffer>;
  /** What stands in front of the header block, in order. */
  readonly extensions: readonly TarExtension[];
}

/** What a `TarReader` tells of an archive, in its order. */
export interface TarVisitor {
  /** An entry begins. Its blocks are only borrowed: copy what is to be kept. */
  entry(entry: TarEntry): void;
  /**
   * More of what follows an entry's header, as it stands in the archive: the
   * extents of a GNU sparse file, data, padding. Borrowed, too.
   */
  body(part: Uint8Array<ArrayBuffer>): void;
}
