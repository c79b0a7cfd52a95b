import type { LogEntry } from "../../manager/manager.ts";
import { isTransferDone, Layer } from "./_layer.ts";
import { textEntryLength } from "./_text_entry.ts";
import type { BuildMessage } from "./message.ts";

/**
 * Longest text of one entry, in UTF-16 code units. The manager stores an entry
 * as one line of its log; with a distant manager, an entry a round trip is all
 * that gets through.
 */
const MAX_TEXT = 256 * 1024;

/** How long the beginning of a line waits for the rest, in milliseconds. */
const LINE_WAIT = 500;

/** Output of the build; what follows directly is joined to it. */
interface Text {
  readonly kind: "text";
  value: string;
  /** When its last line began to wait for its end. */
  since: number;
  /** Whether nothing can be joined any more. */
  isClosed: boolean;
}

/** What the transfer as a whole is doing. */
interface Status {
  readonly kind: "status";
  readonly status: string;
}

/** What comes with a status. */
export type StatusDetail = Pick<BuildMessage, "id" | "progressDetail">;

/** What an {@linkcode EntryQueue} gives. */
export type Taken =
  | { readonly kind: "entry"; readonly entry: LogEntry }
  /** Nothing before this time, or before more is added if it is infinite. */
  | { readonly kind: "wait"; readonly until: number };

/**
 * What waits to be sent to the manager. Text is joined and statuses keep their
 * place in it, so nothing is lost and all is in order; of each layer only the
 * newest state is kept. Times are those of `performance.now()`.
 */
export class EntryQueue {
  readonly #waiting = new Map<string | number, Text | Status | Layer>();
  readonly #layers = new Map<string, Layer>();
  #openText: Text | undefined;
  #nextKey = 0;
  #length = 0;

  /** How much waits, in UTF-16 code units. */
  get length(): number {
    return this.#length;
  }

  /** Appends output of the build. */
  addText(value: string, now: number): void {
    if (value === "") return;
    this.#length += value.length;
    if (this.#openText !== undefined) {
      this.#openText.value += value;
      return;
    }
    this.#openText = { kind: "text", value, since: now, isClosed: false };
    this.#waiting.set(this.#nextKey++, this.#openText);
  }

  /** Appends what the engine says it is doing. */
  addStatus(status: string, { id, progressDetail }: StatusDetail = {}): void {
    if (id !== undefined) {
      const layer = this.#layers.get(id) ?? new Layer(id);
      layer.update(status, progressDetail);
      this.#layers.set(id, layer);
      this.#waiting.set(id, layer);
      return;
    }
    if (isTransferDone(status)) this.#fillBars();
    if (this.#openText !== undefined) this.#openText.isClosed = true;
    this.#openText = undefined;
    this.#length += status.length;
    this.#waiting.set(this.#nextKey++, { kind: "status", status });
  }

  /**
   * Takes out the first entry that is due.
   *
   * @param isFinal whether nothing follows that would be worth waiting for
   */
  take(now: number, isFinal: boolean): Taken {
    let until = Infinity;
    for (const [key, item] of this.#waiting) {
      const taken = this.#takeFrom(item, now, isFinal);
      switch (taken.kind) {
        case "entry":
          this.#afterTaking(key, item);
          return taken;
        case "wait":
          until = Math.min(until, taken.until);
      }
    }
    return { kind: "wait", until };
  }

  #takeFrom(item: Text | Status | Layer, now: number, isFinal: boolean): Taken {
    switch (item.kind) {
      case "text":
        return this.#takeText(item, now, isFinal);
      case "status":
        this.#length -= item.status.length;
        return { kind: "entry", entry: { status: item.status } };
      case "layer":
        return isFinal || item.dueAt <= now
          ? { kind: "entry", entry: item.take(now) }
          : { kind: "wait", until: item.dueAt };
    }
  }

  #takeText(text: Text, now: number, isFinal: boolean): Taken {
    const lineDueAt = text.since + LINE_WAIT;
    const isLast = isFinal || text.isClosed;
    const length = textEntryLength(text.value, {
      maxLength: MAX_TEXT,
      end: isLast ? "text" : lineDueAt <= now ? "anywhere" : "line",
    });
    if (length === 0) {
      return { kind: "wait", until: lineDueAt > now ? lineDueAt : Infinity };
    }
    const stream = text.value.slice(0, length).toWellFormed();
    this.#length -= length;
    text.value = text.value.slice(length);
    if (!text.value.includes("\n")) text.since = now;
    return { kind: "entry", entry: { stream } };
  }

  #afterTaking(key: string | number, item: Text | Status | Layer): void {
    if (item.kind === "text" && item.value !== "") {
      // Its place counts when a status follows. Otherwise layers have a turn.
      if (item.isClosed) return;
      this.#waiting.delete(key);
      this.#waiting.set(key, item);
      return;
    }
    this.#waiting.delete(key);
    if (item === this.#openText) this.#openText = undefined;
  }

  #fillBars(): void {
    for (const [id, layer] of this.#layers) {
      if (!layer.isBehind) continue;
      layer.fill();
      this.#waiting.set(id, layer);
    }
  }
}
