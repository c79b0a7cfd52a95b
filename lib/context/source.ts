/** Options of everything that can be told to stop. */
export interface CancelOptions {
  readonly signal?: AbortSignal | undefined;
}

/** What a {@linkcode ContextSource} holds at one path. */
export type SourceNode =
  | {
    readonly kind: "file";
    /** The content; absent when it is larger than was asked for. */
    readonly bytes?: Uint8Array<ArrayBuffer>;
    /** Size in bytes. */
    readonly size: number;
    /** Permission bits. */
    readonly mode: number;
    /** Time of the last change, in seconds since 1970. */
    readonly mtime: number;
  }
  | { readonly kind: "directory" }
  /** Its target is as it was written: relative to where the link is. */
  | { readonly kind: "symlink"; readonly target: string }
  /** Its target is a path of the source. */
  | { readonly kind: "hard_link"; readonly target: string }
  /** A device, a FIFO, or what cannot be read as a file. */
  | { readonly kind: "special" };

/** What a look into a source found. */
export interface Survey {
  /** Each of the paths asked for that exists. */
  readonly nodes: ReadonlyMap<string, SourceNode>;
  /** Names of some directories at the top, to suggest the right one. */
  readonly directories: readonly string[];
}

/** Options of {@linkcode ContextSource.survey}. */
export interface SurveyOptions extends CancelOptions {
  /** Bytes of the largest file whose content is read. */
  readonly maxFileBytes: number;
}

/** A file that is put into a context besides those of the source. */
export interface ExtraFile {
  /** Path in the context; replaces what the source has there. */
  readonly path: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Permission bits. */
  readonly mode: number;
  /** Time of the last change, in whole seconds since 1970. */
  readonly mtime: number;
}

/** Which part of a source becomes the context. */
export interface Selection {
  /** The directory whose content is wanted; `""` is the whole source. */
  readonly root: string;
  readonly extraFiles: readonly ExtraFile[];
  /** Whether an entry is part of the context; `path` is relative to `root`. */
  keeps(path: string): boolean;
  /** Whether nothing below a directory is kept, so that none need look. */
  prunes(directory: string): boolean;
}

/**
 * Where a context's files come from: a directory, or a package that stays
 * packed. Disposing it releases what it holds.
 *
 * All paths and link targets are byte strings (see `path.ts`). Paths are
 * separated by slashes, relative to the source's top, without `.` and `..`;
 * `""` is the top itself.
 */
export interface ContextSource extends AsyncDisposable {
  readonly kind: "directory" | "dockerfile" | "tar" | "zip";
  /**
   * Looks paths up, without following links. A package is read to its end for
   * that, so that what is broken is found before anything is sent.
   *
   * @throws {ContextError} when the source cannot be read.
   */
  survey(paths: readonly string[], options: SurveyOptions): Promise<Survey>;
  /**
   * The selected part as a tar stream. It errors with a `ContextError` when the
   * source cannot be read to its end, and with the signal's reason.
   */
  stream(
    selection: Selection,
    options?: CancelOptions,
  ): ReadableStream<Uint8Array<ArrayBuffer>>;
  /**
   * The whole source as it came; absent where it is not an archive that every
   * engine can read.
   */
  readonly original?: (
    options?: CancelOptions,
  ) => ReadableStream<Uint8Array<ArrayBuffer>>;
}
