import type { EngineClient } from "../../engine/client.ts";
import { listVolumes, type VolumeSummary } from "../../engine/list_volumes.ts";
import type { Logger } from "../../telemetry/log.ts";
import { isEmpty } from "../holdings.ts";
import type { ImageLeases } from "../image_leases.ts";
import { findImage } from "../image_lookup.ts";
import { isPlaceholder } from "../placeholder.ts";
import { decodeEntry, type JournalEntry } from "./entry.ts";
import { proveWritable, removeState } from "./states.ts";
import {
  ENTRY_LABEL,
  JOURNAL_PREFIX,
  type JournalName,
  parseJournalName,
} from "./volume.ts";

/** What a {@linkcode JournalSweeper} needs to know. */
export interface JournalSweeperOptions {
  /** The worker's own ID. */
  readonly owner: string;
  /** Age in milliseconds of a state that no living worker has. */
  readonly expiry: number;
  /** How long the engine may take for a journal, in milliseconds. */
  readonly proofLimit: number;
  /** Aborts when the engine is away for good. */
  readonly abandoned: AbortSignal;
  /** Takes over what others have left. */
  readonly images: ImageLeases;
  readonly logger: Logger;
}

/** The newest state of another worker's journal. */
interface Journal extends JournalName {
  readonly volumes: readonly string[];
  readonly text: string;
}

/**
 * Takes back what other workers of the same engine have left, when their
 * journals show that they live no more. Nobody's clock is trusted: a journal
 * has to stand still while the engine takes journals.
 */
export class JournalSweeper {
  readonly #engine: EngineClient;
  readonly #options: JournalSweeperOptions;
  /** Since when each worker's journal stands still. */
  readonly #still = new Map<string, { beat: number; since: number }>();
  /** Workers whose journals are not to be understood. */
  readonly #unreadable = new Set<string>();

  constructor(engine: EngineClient, options: JournalSweeperOptions) {
    this.#engine = engine;
    this.#options = options;
  }

  /**
   * Looks at the journals, and takes back what belongs to nobody any more.
   *
   * @throws {EngineError}
   */
  async sweep(signal: AbortSignal): Promise<void> {
    const journals = await this.#listWritable(signal);
    this.#forgetAllBut(journals);
    const now = performance.now();
    for (const journal of journals) {
      const { owner, beat } = journal;
      if (this.#unreadable.has(owner)) continue;
      const known = this.#still.get(owner);
      if (known?.beat !== beat) this.#still.set(owner, { beat, since: now });
      else if (now - known.since >= this.#options.expiry) {
        await this.#inherit(journal, signal);
        this.#still.delete(owner);
      }
    }
  }

  /** Lists the journals; while nobody can write, standing still means nothing. */
  async #listWritable(signal: AbortSignal): Promise<Journal[]> {
    try {
      const journals = await this.#list(signal);
      const isStill = ({ owner, beat }: Journal) =>
        !this.#unreadable.has(owner) && this.#still.get(owner)?.beat === beat;
      if (journals.some(isStill)) await this.#proveWritable();
      return journals;
    } catch (error) {
      this.#still.clear();
      throw error;
    }
  }

  async #proveWritable(): Promise<void> {
    const { proofLimit, abandoned } = this.#options;
    const late = AbortSignal.timeout(proofLimit);
    await proveWritable(this.#engine, AbortSignal.any([abandoned, late]));
  }

  #forgetAllBut(journals: readonly Journal[]): void {
    const owners = new Set(journals.map(({ owner }) => owner));
    for (const known of [this.#still, this.#unreadable]) {
      for (const owner of known.keys()) {
        if (!owners.has(owner)) known.delete(owner);
      }
    }
  }

  async #list(signal: AbortSignal): Promise<Journal[]> {
    const names = [JOURNAL_PREFIX];
    const volumes = await listVolumes(this.#engine, { names, signal });
    const owners = Map.groupBy(
      volumes,
      ({ name }) => parseJournalName(name)?.owner,
    );
    return [...owners].flatMap(([owner, volumes]) =>
      owner === undefined || owner === this.#options.owner
        ? []
        : [newest(owner, volumes)]
    );
  }

  async #inherit(journal: Journal, signal: AbortSignal): Promise<void> {
    const { images, logger } = this.#options;
    const entry = decodeEntry(journal.text);
    if (entry === undefined) {
      this.#unreadable.add(journal.owner);
      logger.warning("Cannot read what a crashed worker has left", {
        journal: journal.volumes,
      });
      return;
    }
    if (!isEmpty(entry)) {
      logger.info("Cleaning up after a worker that crashed", {
        names: entry.names.map(({ name }) => name),
      });
    }
    images.inherit({
      names: await this.#ownNames(entry, signal),
      made: [...pulled(entry), ...entry.made],
      builds: entry.builds,
    });
    await images.settle(signal);
    for (const volume of journal.volumes) {
      await removeState(this.#engine, volume, signal);
    }
  }

  /** Without those that somebody has changed since. */
  async #ownNames(
    { names }: JournalEntry,
    signal: AbortSignal,
  ): Promise<JournalEntry["names"]> {
    const own: JournalEntry["names"][number][] = [];
    for (const held of names) {
      const image = await findImage(this.#engine, held.name, signal);
      if (image === undefined) continue;
      if (image.id === held.now || isPlaceholder(image)) own.push(held);
    }
    return own;
  }
}

/** However old they are, they came with a build. */
function pulled({ names }: JournalEntry): JournalEntry["made"] {
  return names.flatMap(({ now, before }) =>
    now === undefined || now === before ? [] : [{ id: now, madeSince: 0 }]
  );
}

function newest(owner: string, volumes: readonly VolumeSummary[]): Journal {
  const beatOf = ({ name }: VolumeSummary) => parseJournalName(name)?.beat ?? 0;
  const [last] = volumes.toSorted((one, other) => beatOf(other) - beatOf(one));
  return {
    owner,
    beat: last === undefined ? 0 : beatOf(last),
    text: last?.labels.get(ENTRY_LABEL) ?? "",
    volumes: volumes.map(({ name }) => name),
  };
}
