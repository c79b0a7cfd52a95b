import type { NeedleFinder } from "./_needle_finder.ts";
import { PLACEHOLDER } from "./secret.ts";

/** A part of a text, in UTF-16 code units. */
interface Span {
  readonly start: number;
  readonly end: number;
}

/**
 * Masks every needle in a text that comes in pieces. Needles that overlap or
 * touch are masked as one. What may be the beginning of a needle is held back
 * until the next piece tells, so any pieces of a text give the same result.
 */
export class SecretMask {
  readonly #finder: NeedleFinder;
  #held = "";
  /** How much of the beginning of `#held` is masked already. */
  #masked = 0;
  /** Whether what was given out last is a mask. */
  #endsMasked = false;

  constructor(finder: NeedleFinder) {
    this.#finder = finder;
  }

  /** Takes a piece and gives what is certain by now. */
  write(piece: string): string {
    const text = this.#held + piece;
    return this.#advance(text, this.#finder.unfinishedIn(text));
  }

  /** Gives what was held back; the next piece begins a new text. */
  end(): string {
    const rest = this.#advance(this.#held, this.#held.length);
    this.#endsMasked = false;
    return rest;
  }

  /** Masks the needles that begin before `until` and gives the text up to it. */
  #advance(text: string, until: number): string {
    this.#held = text.slice(until);
    const found = this.#finder.occurringIn(text);
    if (found.size === 0 && this.#masked === 0) {
      if (until > 0) this.#endsMasked = false;
      return until === text.length ? text : text.slice(0, until);
    }
    let shown = "";
    let end = this.#masked;
    for (const span of spansOf(found, text, until)) {
      if (span.start > end || !this.#endsMasked) {
        shown += text.slice(end, span.start) + PLACEHOLDER;
        this.#endsMasked = true;
      }
      end = Math.max(end, span.end);
    }
    if (end < until) {
      shown += text.slice(end, until);
      this.#endsMasked = false;
    }
    this.#masked = Math.max(0, end - until);
    return shown;
  }
}

/** Where needles begin in a text before `until`, in their order. */
function spansOf(
  needles: ReadonlySet<string>,
  text: string,
  until: number,
): Span[] {
  const spans: Span[] = [];
  for (const needle of needles) {
    for (
      let start = text.indexOf(needle);
      start >= 0 && start < until;
      start = text.indexOf(needle, start + 1)
    ) {
      spans.push({ start, end: start + needle.length });
    }
  }
  return spans.sort((a, b) => a.start - b.start);
}
