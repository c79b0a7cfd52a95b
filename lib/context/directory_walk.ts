import { ContextError } from "./error.ts";
import {
  decodeName,
  encodeName,
  joinPath,
  quoteName,
  relativePath,
} from "./path.ts";
import type { Placement } from "./placement.ts";
import type { Selection } from "./source.ts";

/** What every byte that is not UTF-8 becomes in the runtime's file names. */
const REPLACEMENT = encodeName("\ufffd");

/** A file, directory or link that is part of a context. */
export interface WalkedFile {
  /** Where it is in the file system. */
  readonly location: string;
  /** Its path in the context, as a byte string. */
  readonly path: string;
  readonly info: Deno.FileInfo;
}

/** What {@linkcode walkDirectory} walks through. */
export interface WalkOptions {
  readonly selection: Selection;
  readonly placement: Placement;
}

/** Something in a directory that was not looked at yet. */
interface Pending {
  /** From the top of the source, as a byte string. */
  readonly path: string;
  readonly isDirectory: boolean;
  /**
   * Whether something else in its directory has the same path: what is there
   * may be a link that leads out, where the listing tells of a directory.
   */
  readonly isAmbiguous: boolean;
}

/**
 * Walks through the selected part of a directory in the docker CLI's order: by
 * the bytes of the names, what is in a directory right after it. Links are not
 * followed.
 *
 * It is synchronous, like the rest of what packs a directory: in Deno 2.9 a
 * small file costs 12 µs so and 350 µs otherwise. So that everything else can
 * have its turn, it gives `undefined` where it gives nothing else.
 *
 * @throws {ContextError} kind `changed` or `unsupported`.
 */
export function* walkDirectory(
  top: string,
  { selection, placement }: WalkOptions,
): Generator<WalkedFile | undefined, void> {
  const { root } = selection;
  const pending = childrenOf(top, root);
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { path, isDirectory, isAmbiguous } = next;
    const place = placement.place(path);
    const isWalked = isDirectory &&
      !selection.prunes(relativePath(root, path) ?? "");
    if (isAmbiguous && (place !== undefined || isWalked)) throw notUtf8(path);
    if (place === undefined) {
      yield;
    } else {
      const location = locationOf(top, path);
      yield { location, path: place, info: inspect(location, path) };
    }
    if (isWalked) {
      for (const child of childrenOf(top, path)) pending.push(child);
    }
  }
}

/** Where a path of a directory source is in the file system. */
export function locationOf(top: string, path: string): string {
  return path === "" ? top : `${top}/${decodeName(path)}`;
}

/** Reads from the file system; an error names the path. */
export function readFrom<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw readError(path, error);
  }
}

/** The error for a path that cannot be read. */
export function readError(path: string, cause: unknown): ContextError {
  if (cause instanceof ContextError) return cause;
  const detail = cause instanceof Error ? cause.message : String(cause);
  return new ContextError(
    "changed",
    `Cannot read ${quoteName(path)}: ${detail}`,
    { cause },
  );
}

/** What is in a directory, the last one first. */
function childrenOf(top: string, path: string): Pending[] {
  return readFrom(path, () =>
    [...Deno.readDirSync(locationOf(top, path))]
      .map(({ name, isDirectory }) => ({
        path: joinPath(path, encodeName(name)),
        isDirectory,
      }))
      .sort((a, b) => a.path < b.path ? 1 : -1)
      .map(({ path, isDirectory }, index, all) => ({
        path,
        isDirectory,
        isAmbiguous: path === all[index - 1]?.path ||
          path === all[index + 1]?.path,
      })));
}

function inspect(location: string, path: string): Deno.FileInfo {
  try {
    return Deno.lstatSync(location);
  } catch (error) {
    if (!path.includes(REPLACEMENT)) throw readError(path, error);
    throw notUtf8(path, error);
  }
}

function notUtf8(path: string, cause?: unknown): ContextError {
  return new ContextError(
    "unsupported",
    `Cannot read ${quoteName(path)}: its name is not UTF-8`,
    { cause },
  );
}
