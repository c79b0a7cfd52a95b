import { Pacer } from "../pacer.ts";
import { byteStringOf } from "../path.ts";
import { Placement } from "../placement.ts";
import { MAX_PATH_BYTES } from "../limits.ts";
import type {
  CancelOptions,
  ContextSource,
  Selection,
  SourceNode,
  Survey,
  SurveyOptions,
} from "../source.ts";
import type { Spool } from "../spool.ts";
import { SurveyRecorder } from "../survey_recorder.ts";
import { ChunkWriter } from "../tar/chunk_writer.ts";
import { paddingOf } from "../tar/header.ts";
import { writeEnd, writeExtraFiles, writeMember } from "../tar/pack.ts";
import { readAll, readContent } from "./content.ts";
import { readDirectory, type ZipLimits } from "./directory.ts";
import type { ZipEntry } from "./entry.ts";
import { type RandomAccess, WindowReader } from "./window_reader.ts";
import { zipError } from "./zip_error.ts";

/** A zip archive. It owns its spool. */
export class ZipSource implements ContextSource {
  readonly kind = "zip";
  readonly #spool: Spool;
  readonly #limits: ZipLimits;

  constructor(spool: Spool, limits: ZipLimits) {
    this.#spool = spool;
    this.#limits = limits;
  }

  /** Reads the directory and what was asked for; the rest when it is sent. */
  async survey(
    paths: readonly string[],
    { maxFileBytes, signal }: SurveyOptions,
  ): Promise<Survey> {
    const recorder = new SurveyRecorder(paths);
    const reader = new WindowReader(this.#spool, { signal });
    for await (const entry of this.#entries(signal)) {
      if (recorder.see(entry.path, entry.kind === "directory")) {
        recorder.record(entry.path, await nodeOf(reader, entry, maxFileBytes));
      }
    }
    return recorder;
  }

  stream(
    selection: Selection,
    options: CancelOptions = {},
  ): ReadableStream<Uint8Array<ArrayBuffer>> {
    return ReadableStream.from(this.#pack(selection, options));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#spool[Symbol.asyncDispose]();
  }

  async *#entries(
    signal: AbortSignal | undefined,
  ): AsyncGenerator<ZipEntry, void> {
    const pacer = new Pacer({ signal });
    for await (const entry of readDirectory(this.#spool, this.#limits)) {
      signal?.throwIfAborted();
      yield entry;
      if (pacer.isDue) await pacer.pause();
    }
  }

  async *#pack(
    selection: Selection,
    { signal }: CancelOptions,
  ): AsyncGenerator<Uint8Array<ArrayBuffer>, void> {
    const placement = new Placement(selection);
    const reader = new WindowReader(this.#spool, { signal });
    const output = new ChunkWriter();
    for await (const entry of this.#entries(signal)) {
      const path = placement.place(entry.path);
      if (path === undefined || path === "") continue;
      const { mode, mtime } = entry;
      switch (entry.kind) {
        case "directory":
          writeMember(output, { kind: "directory", path, mode, mtime });
          break;
        case "symlink": {
          const target = await readTarget(reader, entry);
          writeMember(output, { kind: "symlink", path, mode, mtime, target });
          break;
        }
        case "file": {
          const { size } = entry;
          writeMember(output, { kind: "file", path, mode, mtime, size });
          for await (const chunk of readContent(reader, entry)) {
            signal?.throwIfAborted();
            output.write(chunk);
            yield* output.take();
          }
          output.writeZeros(paddingOf(size));
        }
      }
      yield* output.take();
    }
    writeExtraFiles(output, selection.extraFiles);
    writeEnd(output);
    yield* output.finish();
  }
}

async function nodeOf(
  bytes: RandomAccess,
  entry: ZipEntry,
  maxFileBytes: number,
): Promise<SourceNode> {
  switch (entry.kind) {
    case "directory":
      return { kind: "directory" };
    case "symlink":
      return { kind: "symlink", target: await readTarget(bytes, entry) };
    case "file": {
      const { size, mode, mtime } = entry;
      const file = { kind: "file", size, mode, mtime } as const;
      return size > maxFileBytes
        ? file
        : { ...file, bytes: await readAll(bytes, entry) };
    }
  }
}

async function readTarget(
  bytes: RandomAccess,
  entry: ZipEntry,
): Promise<string> {
  if (entry.size <= MAX_PATH_BYTES) {
    return byteStringOf(await readAll(bytes, entry));
  }
  const detail = `the target of a symbolic link has ${entry.size} bytes, ` +
    `at most ${MAX_PATH_BYTES} are allowed`;
  throw zipError("limit", detail, { name: entry.path });
}
