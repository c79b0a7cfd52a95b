import type { LogEntry } from "../../manager/manager.ts";
import type { BuildMessage } from "./message.ts";

/** Least time between two entries about one layer, in milliseconds. */
const INTERVAL = 250;

/** What the engine says once it is done with a layer; no numbers come along. */
const DONE =
  /^(?:Download complete|Pull complete|Already exists|Pushed|Layer already exists|Mounted from )/;

/** What the engine says once a pull or a push as a whole has succeeded. */
const TRANSFER_DONE = /^Status: |: digest: sha256:/;

/** Whether a status means that every layer has arrived. */
export function isTransferDone(status: string): boolean {
  return TRANSFER_DONE.test(status);
}

/**
 * The newest state of one layer, for its progress bar. The manager computes
 * bars of entries with both numbers alone, and of the newest for each layer.
 */
export class Layer {
  readonly kind = "layer";
  readonly #id: string;
  #status = "";
  #progress: LogEntry["progressDetail"];
  /** Bytes in all as last heard of. */
  #total: number | undefined;
  #isDone = false;
  #sentAt = -Infinity;

  constructor(id: string) {
    this.#id = id;
  }

  /** Takes over what a message says about the layer. */
  update(
    status: string,
    progressDetail: BuildMessage["progressDetail"],
  ): void {
    this.#status = status;
    this.#isDone = DONE.test(status);
    const { current, total } = progressDetail ?? {};
    if (this.#isDone) this.fill();
    else if (current !== undefined && total !== undefined && total > 0) {
      this.#total = total;
      // The engine counts the frame of a pushed layer, its size does not.
      this.#progress = { current: Math.min(current, total), total };
    }
  }

  /** Fills the progress bar, whatever the size of the layer may be. */
  fill(): void {
    const total = this.#total ?? 1;
    this.#isDone = true;
    this.#progress = { current: total, total };
  }

  /** Whether there is a progress bar, and it is not known to be full. */
  get isBehind(): boolean {
    return this.#total !== undefined && !this.#isDone;
  }

  /** When the next entry about the layer may be sent. */
  get dueAt(): number {
    return this.#isDone ? -Infinity : this.#sentAt + INTERVAL;
  }

  /** The entry to send now; numbers are sent once. */
  take(now: number): LogEntry {
    const progressDetail = this.#progress;
    this.#progress = undefined;
    this.#sentAt = now;
    return {
      status: this.#status,
      id: this.#id,
      ...(progressDetail && { progressDetail }),
    };
  }
}
