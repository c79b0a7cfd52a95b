import { createVolume } from "../../engine/create_volume.ts";
import type { EngineClient } from "../../engine/client.ts";
import { removeVolume } from "../../engine/remove_volume.ts";
import type { Holdings } from "../holdings.ts";
import { findImage } from "../image_lookup.ts";
import { encodeEntry, type JournalEntry } from "./entry.ts";
import { ENTRY_LABEL, formatJournalName } from "./volume.ts";

/** What a {@linkcode JournalWriter} needs to know. */
export interface JournalWriterOptions {
  /** The worker's own ID. */
  readonly owner: string;
  /** Longest time between two states of the journal, in milliseconds. */
  readonly renewal: number;
}

/** Keeps a worker's journal on its engine. */
export class JournalWriter {
  readonly #engine: EngineClient;
  readonly #options: JournalWriterOptions;
  #beat = 0;
  #volume: string | undefined;
  #text = "";
  #writtenAt = 0;

  constructor(engine: EngineClient, options: JournalWriterOptions) {
    this.#engine = engine;
    this.#options = options;
  }

  /**
   * Brings the journal up to date, and shows that the worker lives. Without
   * holdings there is none.
   *
   * @throws {EngineError}
   */
  async write(holdings: Holdings, signal: AbortSignal): Promise<void> {
    const { names, made, builds } = holdings;
    if (names.length + made.length + builds.length === 0) {
      await this.#replace(undefined, signal);
      return;
    }
    const text = encodeEntry(await this.#complete(holdings, signal));
    const age = performance.now() - this.#writtenAt;
    const isFresh = this.#volume !== undefined &&
      age < this.#options.renewal;
    if (isFresh && text === this.#text) return;
    const beat = ++this.#beat;
    const name = formatJournalName({ owner: this.#options.owner, beat });
    const labels = { [ENTRY_LABEL]: text };
    await createVolume(this.#engine, name, { labels, signal });
    this.#text = text;
    this.#writtenAt = performance.now();
    await this.#replace(name, signal);
  }

  async #complete(
    holdings: Holdings,
    signal: AbortSignal,
  ): Promise<JournalEntry> {
    const names = await Promise.all(holdings.names.map(async (held) => {
      const image = await findImage(this.#engine, held.name, signal);
      return { ...held, now: image?.id };
    }));
    return { ...holdings, names };
  }

  async #replace(
    volume: string | undefined,
    signal: AbortSignal,
  ): Promise<void> {
    const before = this.#volume;
    this.#volume = volume;
    if (before === undefined) return;
    await removeVolume(this.#engine, before, { signal });
  }
}
