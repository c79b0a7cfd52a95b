import { DEFAULT_DOCKERFILE } from "./dockerfile_lookup.ts";
import type {
  CancelOptions,
  ContextSource,
  Selection,
  SourceNode,
  Survey,
  SurveyOptions,
} from "./source.ts";
import type { Spool } from "./spool.ts";
import { ChunkWriter } from "./tar/chunk_writer.ts";
import { writeEnd, writeExtraFiles } from "./tar/pack.ts";

const MODE = 0o644;

/** A package that is nothing but a Dockerfile. It owns its spool. */
export class DockerfileSource implements ContextSource {
  readonly kind = "dockerfile";
  readonly #spool: Spool;

  constructor(spool: Spool) {
    this.#spool = spool;
  }

  async survey(
    paths: readonly string[],
    { maxFileBytes, signal }: SurveyOptions,
  ): Promise<Survey> {
    signal?.throwIfAborted();
    const nodes = new Map<string, SourceNode>();
    if (paths.includes(DEFAULT_DOCKERFILE)) {
      const { size } = this.#spool;
      const file = { kind: "file", size, mode: MODE, mtime: 0 } as const;
      nodes.set(
        DEFAULT_DOCKERFILE,
        size > maxFileBytes
          ? file
          : { ...file, bytes: await this.#spool.read(0, size) },
      );
    }
    return { nodes, directories: [] };
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

  async *#pack(
    { extraFiles }: Selection,
    { signal }: CancelOptions,
  ): AsyncGenerator<Uint8Array<ArrayBuffer>, void> {
    const bytes = await this.#spool.read(0, this.#spool.size);
    signal?.throwIfAborted();
    const own = { path: DEFAULT_DOCKERFILE, bytes, mode: MODE, mtime: 0 };
    const output = new ChunkWriter();
    writeExtraFiles(output, [own, ...extraFiles]);
    writeEnd(output);
    yield* output.finish();
  }
}
