import type { EngineClient } from "../../engine/client.ts";
import { type HeldName, type Holdings, isEmpty } from "../holdings.ts";
import { findImage } from "../image_lookup.ts";
import { encodeEntry, type JournalEntry } from "./entry.ts";
import { createState, removeState } from "./states.ts";
import { formatJournalName } from "./volume.ts";

/** What a {@linkcode JournalWriter} needs to know. */
export interface JournalWriterOptions {
  /** The worker's own ID. */
  readonly owner: string;
  /** Longest time between two states of the journal, in milliseconds. */
  readonly renewal: number;
  /** How long the engine may take to tell what names stand for, in milliseconds. */
  readonly lookLimit: number;
}

/** Keeps a worker's journal on its engine. */
export class JournalWriter {
  readonly #engine: EngineClient;
  readonly #options: JournalWriterOptions;
  /** The states that may still be on the engine, the last one among them. */
  readonly #volumes = new Set<string>();
  /** What names stood for when that was last known. */
  readonly #known = new Map<string, string | undefined>();
  #beat = 0;
  #text = "";
  #writtenAt = 0;

  constructor(engine: EngineClient, options: JournalWriterOptions) {
    this.#engine = engine;
    this.#options = options;
  }

  /**
   * Brings the journal up to date, and shows that the worker lives. Without
   * holdings there is none. One call at a time; a state that could not be
   * removed goes with the next.
   *
   * @throws {EngineError}
   */
  async write(holdings: Holdings, signal: AbortSignal): Promise<void> {
    if (isEmpty(holdings)) {
      this.#text = "";
      this.#known.clear();
      await this.#removeAllBut(undefined, signal);
      return;
    }
    const text = encodeEntry(await this.#complete(holdings, signal));
    const age = performance.now() - this.#writtenAt;
    if (text === this.#text && age < this.#options.renewal) return;
    const beat = ++this.#beat;
    const name = formatJournalName({ owner: this.#options.owner, beat });
    // Before it is there: an engine may finish what nobody waits for any more.
    this.#volumes.add(name);
    await createState(this.#engine, name, { text, signal });
    this.#text = text;
    this.#writtenAt = performance.now();
    await this.#removeAllBut(name, signal);
  }

  async #complete(
    holdings: Holdings,
    signal: AbortSignal,
  ): Promise<JournalEntry> {
    const late = AbortSignal.timeout(this.#options.lookLimit);
    const looking = AbortSignal.any([signal, late]);
    const look = async (name: string) => {
      try {
        const image = await findImage(this.#engine, name, looking);
        this.#known.set(name, image?.id);
      } catch (error) {
        // Others must not think that nobody writes while the engine is slow.
        if (!late.aborted || signal.aborted) throw error;
      }
    };
    // A name that is kept between builds is as it was, or is not ours any more.
    const changing = holdings.names.filter(({ now }) => now === undefined);
    await Promise.all(changing.map(({ name }) => look(name)));
    this.#forgetAllBut(changing);
    const names = holdings.names.map((held) => ({
      ...held,
      now: held.now ?? this.#known.get(held.name),
    }));
    return { ...holdings, names };
  }

  #forgetAllBut(held: readonly HeldName[]): void {
    const names = new Set(held.map(({ name }) => name));
    for (const name of this.#known.keys()) {
      if (!names.has(name)) this.#known.delete(name);
    }
  }

  async #removeAllBut(
    last: string | undefined,
    signal: AbortSignal,
  ): Promise<void> {
    for (const volume of this.#volumes) {
      if (volume === last) continue;
      await removeState(this.#engine, volume, signal);
      this.#volumes.delete(volume);
    }
  }
}
