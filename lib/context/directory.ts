import { attributesOf, DirectoryPacker } from "./directory_pack.ts";
import { locationOf, readError, walkDirectory } from "./directory_walk.ts";
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

/** Opens a directory as a source, to be packed as the docker CLI does it. */
export function openDirectory(path: string): ContextSource {
  return new DirectorySource(path);
}

class DirectorySource implements ContextSource {
  readonly kind = "directory";
  readonly #top: string;

  constructor(top: string) {
    this.#top = top;
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
    const chunks = packDirectory(this.#top, selection);
    // Closes the file that is being read.
    const stop = () => void chunks.return();
    return new ReadableStream({
      pull: (controller) => {
        if (signal?.aborted) stop();
        signal?.throwIfAborted();
        const { done, value } = chunks.next();
        if (done) controller.close();
        else controller.enqueue(value);
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
): Generator<Uint8Array<ArrayBuffer>, void> {
  const placement = new Placement(selection);
  const output = new ChunkWriter();
  const packer = new DirectoryPacker(output);
  for (const file of walkDirectory(top, { selection, placement })) {
    yield* packer.pack(file);
  }
  writeExtraFiles(output, selection.extraFiles);
  writeEnd(output);
  yield* output.finish();
}
