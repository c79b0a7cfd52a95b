import type { BuildReporter, LogEntry, Phase } from "../../manager/manager.ts";
import type { Redactor } from "../../secret/redactor.ts";
import { shorten } from "../../text/shorten.ts";
import { buildCancelled } from "../failure.ts";
import { EntryQueue } from "./_entry_queue.ts";
import { Output } from "./_output.ts";
import type { BuildMessage } from "./message.ts";

/** What a {@linkcode BuildLog} needs to know. */
export interface BuildLogOptions {
  /** Sends one entry; `false`: the build was cancelled. */
  readonly send: BuildReporter["log"];
  /** Takes the build's secrets out. */
  readonly redactor: Redactor;
  /** Longest output that is sent, in bytes. Default 32 MiB. */
  readonly limit?: number;
  /** Ends the log at once, whatever waits. */
  readonly signal?: AbortSignal;
}

const DEFAULT_LIMIT = 32 * 1024 * 1024;

/** How long output is gathered before it is worked on, in milliseconds. */
const GATHERING_TIME = 50;

/** Output that is not gathered any longer, in UTF-16 code units. */
const BATCH_LENGTH = 64 * 1024;

/** Longest status, or name of a layer, that is sent, in UTF-16 code units. */
const MAX_STATUS = 4096;

/** How much may wait before the writer has to, in UTF-16 code units. */
const MAX_WAITING = 1024 * 1024;

/**
 * The log of one build on its way to the manager, in order and without
 * secrets. At most one entry is on its way; meanwhile output is joined to the
 * next, so that a distant manager gets fewer entries, not a slower build. When
 * too much waits, {@linkcode write} makes the writer wait, too.
 *
 * When an entry does not get through, or the manager answers that the build
 * was cancelled, {@linkcode signal} aborts, and everything else rejects or
 * throws with the same reason.
 */
export class BuildLog implements AsyncDisposable {
  readonly #send: BuildReporter["log"];
  readonly #redactor: Redactor;
  readonly #output: Output;
  readonly #broken = new AbortController();
  readonly #buildSignal: AbortSignal | undefined;
  #phase: Phase = "unpacking";
  #queue = new EntryQueue();
  /** When output was last queued. */
  #queuedAt = -Infinity;
  #isSending = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #room: PromiseWithResolvers<void> | undefined;
  #flushed: PromiseWithResolvers<void> | undefined;
  #refusal: { readonly reason: unknown } | undefined;

  constructor(options: BuildLogOptions) {
    const { send, redactor, limit = DEFAULT_LIMIT, signal } = options;
    this.#send = send;
    this.#redactor = redactor;
    this.#output = new Output(redactor, limit);
    this.#buildSignal = signal;
    signal?.addEventListener("abort", this.#onAbort);
    if (signal?.aborted) this.#onAbort();
  }

  /** Aborts as soon as the manager cannot, or need not, be told any more. */
  get signal(): AbortSignal {
    return this.#broken.signal;
  }

  /** Works off what came, and gives the last lines of the running step, masked. */
  takeTail(): string {
    this.#queueOutput(this.#output.take());
    this.#advance();
    return this.#output.tail;
  }

  /**
   * Sends all there is of the phase before; what is written from now on
   * belongs to `phase`.
   *
   * @throws the reason of {@linkcode signal}
   */
  async beginPhase(phase: Phase): Promise<void> {
    await this.flush();
    this.#phase = phase;
    this.#queue = new EntryQueue();
    this.#output.begin();
  }

  /**
   * Takes a message of the engine. Gives a promise only when too much waits:
   * nothing more should be written until it settles.
   *
   * @throws the reason of {@linkcode signal}
   */
  write(message: BuildMessage): Promise<void> | undefined {
    if (this.#refusal !== undefined) throw this.#refusal.reason;
    if (message.stream !== undefined) this.#output.add(message.stream);
    if (message.status) this.#addStatus(message.status, message);
    const isEnough = this.#output.length >= BATCH_LENGTH;
    if (isEnough) this.#queueOutput(this.#output.take());
    const isIdle = !this.#isSending && this.#timer === undefined;
    if (isEnough || isIdle) this.#advance();
    return this.#waiting < MAX_WAITING ? undefined : this.#waitForRoom();
  }

  /**
   * Takes a remark of the worker's own, on lines of its own. Gives the same as
   * {@linkcode write}.
   *
   * @throws the reason of {@linkcode signal}
   */
  remark(text: string): Promise<void> | undefined {
    const lineEnd = this.#output.isInLine ? "\n" : "";
    return this.write({ stream: `${lineEnd}${text}\n` });
  }

  /**
   * Sends all there is.
   *
   * @throws the reason of {@linkcode signal}
   */
  async flush(): Promise<void> {
    if (this.#refusal !== undefined) throw this.#refusal.reason;
    this.#queueOutput(this.#output.takeAll());
    this.#flushed ??= Promise.withResolvers();
    const { promise } = this.#flushed;
    this.#advance();
    await promise;
  }

  /** Sends all there is, if that is still possible. Does not reject. */
  async close(): Promise<void> {
    if (this.#refusal !== undefined) return;
    try {
      await this.flush();
    } catch {
      // The signal has told the build, which has its own way of ending.
    }
    this.#refuse(new TypeError("Cannot write to the build log: it is closed"));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  get #waiting(): number {
    return this.#output.length + this.#queue.length;
  }

  #addStatus(status: string, { id, progressDetail }: BuildMessage): void {
    if (id === undefined) this.#queueOutput(this.#output.takeLine());
    const clean = (text: string) =>
      shorten(this.#redactor.redact(text), MAX_STATUS).toWellFormed();
    this.#queue.addStatus(clean(status), {
      ...(id !== undefined && { id: clean(id) }),
      ...(progressDetail && { progressDetail }),
    });
  }

  #queueOutput(text: string): void {
    this.#queuedAt = performance.now();
    this.#queue.addText(text, this.#queuedAt);
  }

  /** Sends the next entry, or rests until there is one. */
  #advance(): void {
    if (this.#isSending || this.#refusal !== undefined) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const now = performance.now();
    const isFlushing = this.#flushed !== undefined;
    if (isFlushing || this.#queuedAt + GATHERING_TIME <= now) {
      this.#queueOutput(this.#output.take());
    }
    const taken = this.#queue.take(now, isFlushing);
    if (taken.kind === "entry") {
      void this.#deliver(taken.entry);
    } else if (isFlushing) {
      this.#flushed?.resolve();
      this.#flushed = undefined;
    } else if (this.#output.length > 0 || taken.until < Infinity) {
      const rest = Math.min(GATHERING_TIME, taken.until - now);
      this.#timer = setTimeout(() => this.#advance(), rest);
    }
  }

  async #deliver(entry: LogEntry): Promise<void> {
    this.#isSending = true;
    try {
      const goOn = await this.#send(this.#phase, entry, this.signal);
      if (!goOn) throw buildCancelled();
    } catch (error) {
      this.#break(error);
      return;
    } finally {
      this.#isSending = false;
    }
    if (this.#waiting <= MAX_WAITING / 2) {
      this.#room?.resolve();
      this.#room = undefined;
    }
    this.#advance();
  }

  #waitForRoom(): Promise<void> {
    if (this.#room === undefined) {
      this.#room = Promise.withResolvers();
      // A writer that is aborted meanwhile may never look at it.
      this.#room.promise.catch(() => {});
    }
    return this.#room.promise;
  }

  readonly #onAbort = (): void => this.#break(this.#buildSignal?.reason);

  #break(reason: unknown): void {
    if (this.#refusal !== undefined) return;
    this.#refuse(reason);
    this.#broken.abort(reason);
    this.#room?.reject(reason);
    this.#flushed?.reject(reason);
  }

  /** Takes nothing more, for this reason if there was none before. */
  #refuse(reason: unknown): void {
    this.#refusal ??= { reason };
    clearTimeout(this.#timer);
    this.#buildSignal?.removeEventListener("abort", this.#onAbort);
  }
}
