import { delay } from "@std/async/delay";
import type { EngineClient } from "../../engine/client.ts";
import { ping } from "../../engine/ping.ts";
import type { Logger } from "../../telemetry/log.ts";
import { withTimeLimit } from "../../time/time_limit.ts";
import { isEmpty } from "../holdings.ts";
import type { ImageLeases } from "../image_leases.ts";
import { JournalSweeper } from "./sweeper.ts";
import { JournalWriter } from "./writer.ts";

/** The pace of a {@linkcode Journal}; all in milliseconds. */
export interface JournalTimes {
  /** Between two looks at what this worker holds. */
  readonly interval: number;
  /** Longest time between two states of a journal. */
  readonly renewal: number;
  /** Between two looks at the other workers' journals. */
  readonly sweepInterval: number;
  /** Age of a state that no living worker has. */
  readonly expiry: number;
  /** How long one look at the other workers' journals may take. */
  readonly limit: number;
  /**
   * How long one look at what this worker holds may take: a state that cannot
   * be written is tried again long before others give the worker up.
   */
  readonly writeLimit: number;
}

/**
 * A worker that lives writes six times before others think that it does not. Of
 * one that alone has lost its engine they may think so after some 50 seconds,
 * and it gives its builds up within 80: what is taken back in between belongs to
 * builds that could not reach the engine any more.
 */
export const DEFAULT_JOURNAL_TIMES: JournalTimes = {
  interval: 1_000,
  renewal: 10_000,
  sweepInterval: 15_000,
  expiry: 60_000,
  limit: 60_000,
  writeLimit: 15_000,
};

/**
 * How long a worker that leaves waits for its engine's sign of life, in
 * milliseconds: with nothing to take back, only as long as nobody notices.
 */
const PING_LIMIT = { idle: 500, holding: 5_000 };

/**
 * How long a worker that leaves tries to take back what the engine refuses to
 * give, and the time between two tries, in milliseconds.
 */
const LEAVING_LIMIT = 10_000;
const LEAVING_INTERVAL = 500;

/** What a {@linkcode Journal} needs to know. */
export interface JournalOptions {
  /** What this worker's builds have changed, and what it takes over. */
  readonly images: ImageLeases;
  readonly logger: Logger;
  /** Default: {@linkcode DEFAULT_JOURNAL_TIMES}. */
  readonly times?: Partial<JournalTimes> | undefined;
}

/** How looks are repeated; times in milliseconds. */
interface RepeatOptions {
  readonly interval: number;
  /** How long one may take. */
  readonly limit: number;
  /** Cuts one off. */
  readonly signal: AbortSignal;
}

/**
 * Notes on the engine what this worker's builds have changed there, so that
 * other workers of that engine, or this one when it is started again, can take
 * it back after a crash; and does the same for others. A crash leaves what was
 * changed in its last second.
 *
 * Disposing disposes of the images, too, and then of the notes if nothing is
 * left to be taken back.
 */
export class Journal implements AsyncDisposable {
  readonly #engine: EngineClient;
  readonly #images: ImageLeases;
  readonly #logger: Logger;
  readonly #times: JournalTimes;
  readonly #writer: JournalWriter;
  readonly #sweeper: JournalSweeper;
  readonly #closed = new AbortController();
  /** Aborts when the engine is away for good. */
  readonly #abandoned = new AbortController();
  readonly #working: Promise<unknown>;

  /** Begins to note, and to look for others' notes. */
  constructor(engine: EngineClient, options: JournalOptions) {
    const { images, logger } = options;
    const owner = crypto.randomUUID();
    this.#engine = engine;
    this.#images = images;
    this.#logger = logger;
    this.#times = { ...DEFAULT_JOURNAL_TIMES, ...options.times };
    const { interval, renewal, sweepInterval, expiry } = this.#times;
    const { limit, writeLimit } = this.#times;
    this.#writer = new JournalWriter(engine, {
      owner,
      renewal,
      lookLimit: writeLimit / 3,
    });
    this.#sweeper = new JournalSweeper(engine, {
      owner,
      expiry,
      proofLimit: writeLimit,
      abandoned: this.#abandoned.signal,
      images,
      logger,
    });
    this.#working = Promise.all([
      // Not cut off by the end: the engine may finish what nobody knows of.
      this.#repeat((signal) => this.#write(signal), {
        interval,
        limit: writeLimit,
        signal: this.#abandoned.signal,
      }),
      this.#repeat((signal) => this.#sweep(signal), {
        interval: sweepInterval,
        limit,
        signal: this.#closed.signal,
      }),
    ]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const isThere = await this.#isEngineThere();
    if (isThere) await this.#takeEverythingBack();
    const reason = new DOMException("The journal is closed", "AbortError");
    if (!isThere) this.#abandoned.abort(reason);
    this.#closed.abort(reason);
    await this.#working;
    if (!isThere) return;
    const late = AbortSignal.timeout(this.#times.writeLimit);
    await this.#attempt(() => this.#write(late));
  }

  /**
   * Again for a while: the engine takes seconds to be done with an aborted
   * build, and holds on to its images until then (four on Engine 20.10).
   */
  async #takeEverythingBack(): Promise<void> {
    const deadline = performance.now() + LEAVING_LIMIT;
    do {
      await this.#images[Symbol.asyncDispose]();
      if (this.#isIdle) return;
      await delay(LEAVING_INTERVAL);
    } while (performance.now() < deadline && await this.#isEngineThere());
  }

  get #isIdle(): boolean {
    return isEmpty(this.#images.holdings);
  }

  /** Others will take back what cannot be now: the notes stay. */
  async #isEngineThere(): Promise<boolean> {
    const limit = PING_LIMIT[this.#isIdle ? "idle" : "holding"];
    try {
      await withTimeLimit((signal) => ping(this.#engine, { signal }), {
        limit,
      });
      return true;
    } catch {
      return false;
    }
  }

  #write(signal: AbortSignal): Promise<void> {
    return this.#writer.write(this.#images.holdings, signal);
  }

  /** An engine that was away has let nothing be taken back. */
  async #sweep(signal: AbortSignal): Promise<void> {
    await this.#sweeper.sweep(signal);
    await this.#images.settle(signal);
  }

  /** Looks again and again until the journal is closed. */
  async #repeat(
    look: (signal: AbortSignal) => Promise<void>,
    { interval, limit, signal }: RepeatOptions,
  ): Promise<void> {
    const { signal: closed } = this.#closed;
    while (!closed.aborted) {
      const late = AbortSignal.timeout(limit);
      await this.#attempt(() => look(AbortSignal.any([signal, late])));
      await delay(interval, { signal: closed }).catch(() => {});
    }
  }

  /** An engine that is away is told of elsewhere. */
  async #attempt(look: () => Promise<void>): Promise<void> {
    try {
      await look();
    } catch (error) {
      if (this.#closed.signal.aborted) return;
      this.#logger.debug("Cannot keep the journal", { error });
    }
  }
}
