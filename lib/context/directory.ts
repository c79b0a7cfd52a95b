import { attributesOf, DirectoryPacker } from "./directory_pack.ts";
import { locationOf, readError, walkDirectory } from "./directory_walk.ts";
import { ContextError } from "./error.ts";
import type { ContextLimits } from "./limits.ts";
import { Pacer } from "./pacer.ts";
import { encodeName, parentPath } from "./path.ts";
import { Placement } from "./placement.ts";
import type {
  CancelOptions,
  ContextSource,
  Selection,
  SourceNode,
  Survey,
  SurveyOptions,
} from "./source.ts";
import { MAX_DIRECTORIES } from "./survey_recorder.ts";
import { ChunkWriter } from "./tar/chunk_writer.ts";
import { writeEnd, writeExtraFiles } from "./tar/pack.ts";

/** How much of a directory is sent at most. */
export type DirectoryLimits = Pick<ContextLimits, "unpackedBytes" | "entries">;

/**
 * Opens a directory as a source, to be packed as the docker CLI does it.
 *
 * @param limits Default: none, as for a directory of whoever builds
 */
export function openDirectory(
  path: string,
  limits: Partial<DirectoryLimits> = {},
): ContextSource {
  return new DirectorySource(path, {
    unpackedBytes: limits.unpackedBytes ?? Infinity,
    entries: limits.entries ?? Infinity,
  });
}

class DirectorySource implements ContextSource {
  readonly kind = "directory";
  readonly #top: string;
  readonly #limits: DirectoryLimits;

  constructor(top: string, limits: DirectoryLimits) {
    this.#top = top;
    this.#limits = limits;
  }

  async survey(
    paths: readonly string[],
    options: SurveyOptions,
  ): Promise<Survey> {
    const nodes = new Map<string, SourceNode>();
    const { top, directories } = await this.#list();
    for (const path of paths) {
      options.signal?.throwIfAborted();
      const node = await nodeAt(top, path, options.maxFileBytes);
      if (node !== undefined) nodes.set(path, node);
    }
    return { nodes, directories };
  }

  stream(
    selection: Selection,
    { signal }: CancelOptions = {},
  ): ReadableStream<Uint8Array<ArrayBuffer>> {
    const chunks = packDirectory(this.#top, selection, this.#limits);
    // Closes the file that is being read.
    const stop = () => void chunks.return();
    const pacer = new Pacer();
    return new ReadableStream({
      pull: async (controller) => {
        for (;;) {
          if (signal?.aborted) stop();
          signal?.throwIfAborted();
          const { done, value } = chunks.next();
          if (done) return controller.close();
          if (value !== undefined) return controller.enqueue(value);
          if (pacer.isDue) await pacer.pause();
        }
      },
      cancel: stop,
    }, { highWaterMark: 0 });
  }

  /** Holds nothing. */
  [Symbol.asyncDispose](): Promise<void> {
    return Promise.resolve();
  }

  async #list(): Promise<{ top: string; directories: string[] }> {
    try {
      const top = await Deno.realPath(this.#top);
      const entries = await Array.fromAsync(Deno.readDir(top));
      const directories = entries.filter(({ isDirectory }) => isDirectory)
        .map(({ name }) => encodeName(name)).sort();
      return { top, directories: directories.slice(0, MAX_DIRECTORIES) };
    } catch (error) {
      throw readError(encodeName(this.#top), error);
    }
  }
}

async function nodeAt(
  top: string,
  path: string,
  maxFileBytes: number,
): Promise<SourceNode | undefined> {
  const location = locationOf(top, path);
  const parent = locationOf(top, parentPath(path));
  try {
    // Behind a link the path would mean something else, maybe far outside.
    if (await Deno.realPath(parent) !== parent) return undefined;
    return await nodeOf(location, await Deno.lstat(location), maxFileBytes);
  } catch (error) {
    const isMissing = error instanceof Deno.errors.NotFound ||
      error instanceof Deno.errors.NotADirectory;
    if (isMissing) return undefined;
    throw readError(path, error);
  }
}

async function nodeOf(
  location: string,
  info: Deno.FileInfo,
  maxFileBytes: number,
): Promise<SourceNode> {
  if (info.isDirectory) return { kind: "directory" };
  if (info.isSymlink) {
    const target = encodeName(await Deno.readLink(location));
    return { kind: "symlink", target };
  }
  if (!info.isFile) return { kind: "special" };
  const { size } = info;
  const file = { kind: "file", size, ...attributesOf(info) } as const;
  return size > maxFileBytes
    ? file
    : { ...file, bytes: await Deno.readFile(location) };
}

function* packDirectory(
  top: string,
  selection: Selection,
  limits: DirectoryLimits,
): Generator<Uint8Array<ArrayBuffer> | undefined, void> {
  const placement = new Placement(selection);
  const output = new ChunkWriter();
  const packer = new DirectoryPacker(output);
  let [entries, bytes] = [0, 0];
  for (const file of walkDirectory(top, { selection, placement })) {
    // Whoever asks may pause here.
    yield;
    if (file === undefined) continue;
    if (++entries > limits.entries) {
      throw tooMuch(`it holds more than ${limits.entries} entries`);
    }
    if (file.info.isFile) bytes += file.info.size;
    if (bytes > limits.unpackedBytes) {
      const most = limits.unpackedBytes;
      throw tooMuch(`its files have more than ${most} bytes`);
    }
    yield* packer.pack(file);
  }
  writeExtraFiles(output, selection.extraFiles);
  writeEnd(output);
  yield* output.finish();
}

function tooMuch(detail: string): ContextError {
  return new ContextError("limit", `Cannot send the directory: ${detail}`);
}
