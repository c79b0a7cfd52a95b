import { type Compression, isReadByEngines } from "../compression.ts";
import { decompress } from "../decompress.ts";
import { Pacer } from "../pacer.ts";
import { Placement } from "../placement.ts";
import type {
  CancelOptions,
  ContextSource,
  Selection,
  Survey,
  SurveyOptions,
} from "../source.ts";
import type { Spool } from "../spool.ts";
import { ChunkWriter } from "./chunk_writer.ts";
import type { TarVisitor } from "./entry.ts";
import { LinkFinder } from "./hard_links.ts";
import { writeEnd, writeExtraFiles } from "./pack.ts";
import { type TarLimits, TarReader } from "./reader.ts";
import { TarRewriter } from "./rewriter.ts";
import { TarSurvey } from "./survey.ts";

/** Bytes that are worked on before what they lead to is passed on. */
const STEP_SIZE = 64 * 1024;

/** Options of {@linkcode TarSource}. */
export interface TarSourceOptions {
  readonly compression: Compression;
  readonly limits: TarLimits;
}

/** A tar archive, compressed or not. It owns its spool. */
export class TarSource implements ContextSource {
  readonly kind = "tar";
  readonly original?: NonNullable<ContextSource["original"]>;
  readonly #spool: Spool;
  readonly #compression: Compression;
  readonly #limits: TarLimits;
  /** Whether there may be hard links; a survey knows. */
  #hasHardLinks = true;

  constructor(spool: Spool, { compression, limits }: TarSourceOptions) {
    this.#spool = spool;
    this.#compression = compression;
    this.#limits = limits;
    if (isReadByEngines(compression)) {
      this.original = (options) => spool.stream(options);
    }
  }

  async survey(
    paths: readonly string[],
    { maxFileBytes, ...options }: SurveyOptions,
  ): Promise<Survey> {
    const survey = new TarSurvey(paths, maxFileBytes);
    await this.#visit(survey, options);
    this.#hasHardLinks = survey.hasHardLinks;
    return survey.recorder;
  }

  stream(
    selection: Selection,
    options: CancelOptions = {},
  ): ReadableStream<Uint8Array<ArrayBuffer>> {
    return ReadableStream.from(this.#rewrite(selection, options));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#spool[Symbol.asyncDispose]();
  }

  async *#rewrite(
    selection: Selection,
    options: CancelOptions,
  ): AsyncGenerator<Uint8Array<ArrayBuffer>, void> {
    const placement = new Placement(selection);
    const standIns = await this.#findStandIns(placement, options);
    const output = new ChunkWriter();
    const rewriter = new TarRewriter(placement, output, standIns);
    const reader = new TarReader(rewriter, this.#limits);
    for await (const _ of this.#feed(reader, options)) yield* output.take();
    rewriter.finish(reader.finish());
    writeExtraFiles(output, selection.extraFiles);
    writeEnd(output);
    yield* output.finish();
  }

  /** One more pass, for archives that have hard links at all. */
  async #findStandIns(
    placement: Placement,
    options: CancelOptions,
  ): Promise<ReadonlyMap<string, string>> {
    if (!this.#hasHardLinks) return new Map();
    const finder = new LinkFinder(placement);
    await this.#visit(finder, options);
    return finder.standIns;
  }

  async #visit(visitor: TarVisitor, options: CancelOptions): Promise<void> {
    const reader = new TarReader(visitor, this.#limits);
    for await (const _ of this.#feed(reader, options));
    reader.finish();
  }

  /**
   * Gives a reader the whole archive, step by step. A single entry may take its
   * time, which is tried against all ignore rules.
   */
  async *#feed(
    reader: TarReader,
    options: CancelOptions,
  ): AsyncGenerator<void, void> {
    const packed = this.#spool.stream(options);
    const unpacked = decompress(packed, this.#compression, options);
    const pacer = new Pacer(options);
    for await (const chunk of unpacked) {
      for (let at = 0; at < chunk.length;) {
        at += reader.push(chunk.subarray(at, at + STEP_SIZE), pacer);
        yield;
        if (pacer.isDue) await pacer.pause();
      }
    }
  }
}
