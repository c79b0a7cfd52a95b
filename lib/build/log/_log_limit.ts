import { STEP_LINES } from "./_step.ts";
import { fittingLength, utf8Length } from "./_utf8.ts";

/** Longest tail that is kept, in bytes. */
const MAX_TAIL = 1024 * 1024;

/** Announcements of steps that are kept beyond the limit, in UTF-16 code units. */
const MAX_STEPS_LENGTH = 64 * 1024;

/**
 * Keeps a log within a limit: its head goes through as it comes; after that
 * the last lines are kept until the end, and what is left out before them is
 * marked. The announcements of steps are never left out.
 */
export class LogLimit {
  readonly #limit: number;
  #tailSize: number;
  /** Bytes that the head may still take. */
  #headRoom: number;
  #isHeadFull = false;
  /** What came after the head: the tail, as far as one can tell by now. */
  #tail = "";
  #isInLine = false;
  /** What announcements of steps may still take beyond the limit. */
  #stepRoom = MAX_STEPS_LENGTH;
  #leftOutLines = 0;
  #leftOutBytes = 0;

  /** @param limit in bytes of UTF-8 */
  constructor(limit: number) {
    this.#limit = limit;
    this.#tailSize = Math.min(MAX_TAIL, Math.floor(limit / 4));
    this.#headRoom = limit - this.#tailSize;
  }

  /** Takes more of the log and gives what may be shown by now. */
  push(text: string): string {
    if (!this.#isHeadFull) {
      const bytes = utf8Length(text);
      if (bytes <= this.#headRoom) {
        this.#headRoom -= bytes;
        if (text !== "") this.#isInLine = !text.endsWith("\n");
        return text;
      }
      return this.#fillHead(text);
    }
    this.#tail += text;
    if (this.#tail.length <= 2 * this.#tailSize) return "";
    return this.#shortenTail(startOfTail(this.#tail, this.#tailSize));
  }

  /** Gives the tail, after a mark where something was left out. */
  end(): string {
    const start = startOfTail(this.#tail, this.#tailSize);
    const steps = this.#shortenTail(start);
    const shown = steps + this.#takeMark() + this.#tail;
    this.#tail = "";
    if (shown !== "") this.#isInLine = !shown.endsWith("\n");
    return shown;
  }

  /**
   * Ends the head with a line, unless that is very long, and leaves the rest
   * of its room to the tail.
   */
  #fillHead(text: string): string {
    const fitting = text.slice(0, fittingLength(text, this.#headRoom));
    const lines = fitting.slice(0, fitting.lastIndexOf("\n") + 1);
    const isLong = fitting.length - lines.length > this.#tailSize;
    const head = isLong ? fitting : lines;
    if (head !== "") this.#isInLine = !head.endsWith("\n");
    this.#tailSize += this.#headRoom - utf8Length(head);
    this.#isHeadFull = true;
    return head + this.push(text.slice(head.length));
  }

  /** Leaves out what is before `start`; gives the steps announced there. */
  #shortenTail(start: number): string {
    const surplus = this.#tail.slice(0, start);
    this.#tail = this.#tail.slice(start);
    let shown = "";
    let from = 0;
    for (const { 0: step, index } of surplus.matchAll(STEP_LINES)) {
      // A build's output can look like steps without end.
      if (step.length > this.#stepRoom) continue;
      this.#stepRoom -= step.length;
      this.#leaveOut(surplus.slice(from, index));
      shown += this.#takeMark() + step;
      from = index + step.length;
    }
    this.#leaveOut(surplus.slice(from));
    return shown;
  }

  #leaveOut(text: string): void {
    this.#leftOutBytes += utf8Length(text);
    for (
      let end = text.indexOf("\n");
      end >= 0;
      end = text.indexOf("\n", end + 1)
    ) this.#leftOutLines++;
  }

  #takeMark(): string {
    if (this.#leftOutBytes === 0) return "";
    const [lines, bytes, limit] = [
      this.#leftOutLines,
      this.#leftOutBytes,
      this.#limit,
    ].map((count) => count.toLocaleString("en-US"));
    const lineEnd = this.#isInLine ? "\n" : "";
    this.#isInLine = false;
    this.#leftOutLines = 0;
    this.#leftOutBytes = 0;
    return `${lineEnd}[${lines} lines (${bytes} bytes) are left out here: the log is longer than ${limit} bytes]\n`;
  }
}

/** Where the last `size` bytes of a text begin, or the first line in them. */
function startOfTail(text: string, size: number): number {
  // No text has fewer bytes than code units.
  const end = text.slice(Math.max(0, text.length - size));
  const bytes = new TextEncoder().encode(end);
  if (end.length === text.length && bytes.length <= size) return 0;
  const earliest = bytes.length - size;
  let start = bytes.indexOf(0x0a, Math.max(0, earliest - 1)) + 1;
  if (start === 0 || start === bytes.length) {
    start = earliest;
    while (isContinuation(bytes[start])) start++;
  }
  const tail = bytes.subarray(start);
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  return text.length -
    (bytes.length === end.length ? tail : decoder.decode(tail)).length;
}

/** Whether a byte of UTF-8 goes on with a character. */
function isContinuation(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0xc0) === 0x80;
}
