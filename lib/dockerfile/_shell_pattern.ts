import { quote } from "../text/quote.ts";
import { SubstitutionError } from "./_substitution_error.ts";

/** A character, or `undefined` for any one character. */
type Token = string | undefined;

/**
 * A pattern of `${x#p}`, `${x%p}` or `${x/p/y}`: what stands between its `*`s.
 * Texts are given as characters (code points), and results as positions.
 */
export class ShellPattern {
  readonly #segments: readonly (readonly Token[])[];

  private constructor(segments: readonly (readonly Token[])[]) {
    this.#segments = segments;
  }

  /**
   * Reads a pattern: `*`, `?`, and `\` before one of them, itself, `}` or `/`.
   * The escape is `\` here even where a directive names another.
   *
   * @throws {SubstitutionError} when `\` stands before anything else.
   */
  static parse(pattern: string): ShellPattern {
    const characters = Array.from(pattern);
    let segment: Token[] = [];
    const segments = [segment];
    for (let i = 0; i < characters.length; i++) {
      const character = characters[i];
      if (character === "*") {
        segment = [];
        segments.push(segment);
      } else if (character === "\\") {
        const escaped = characters[++i] ?? "";
        if (!["*", "?", "\\", "}", "/"].includes(escaped)) {
          throw new SubstitutionError(
            `the pattern ${
              quote(pattern)
            } has an invalid escape "\\${escaped}"`,
          );
        }
        segment.push(escaped);
      } else {
        segment.push(character === "?" ? undefined : character);
      }
    }
    return new ShellPattern(segments);
  }

  /** Characters and stars; what one position of a text may cost. */
  get length(): number {
    return this.#segments.flat().length + this.#segments.length;
  }

  /** The same pattern read from right to left. */
  reversed(): ShellPattern {
    return new ShellPattern(
      this.#segments.map((segment) => segment.toReversed()).toReversed(),
    );
  }

  /** Where the shortest or longest match that begins at `start` ends. */
  matchAt(
    text: readonly string[],
    start: number,
    greedy: boolean,
  ): number | undefined {
    const [first = [], ...others] = this.#segments;
    if (!fits(first, text, start)) return undefined;
    let end = start + first.length;
    for (const [i, segment] of others.entries()) {
      const isLast = i + 1 === others.length;
      const at = isLast && greedy
        ? findLast(segment, text, end)
        : find(segment, text, end);
      if (at === undefined) return undefined;
      end = at + segment.length;
    }
    return end;
  }

  /** The leftmost and there longest match from `from` on. */
  search(
    text: readonly string[],
    from: number,
  ): readonly [start: number, end: number] | undefined {
    const [first = []] = this.#segments;
    const start = find(first, text, from);
    if (start === undefined) return undefined;
    // What does not follow here cannot follow further right either.
    const end = this.matchAt(text, start, true);
    return end === undefined ? undefined : [start, end];
  }
}

function fits(
  segment: readonly Token[],
  text: readonly string[],
  at: number,
): boolean {
  return at + segment.length <= text.length &&
    segment.every((token, i) => token === undefined || token === text[at + i]);
}

function find(
  segment: readonly Token[],
  text: readonly string[],
  from: number,
): number | undefined {
  for (let at = from; at + segment.length <= text.length; at++) {
    if (fits(segment, text, at)) return at;
  }
  return undefined;
}

function findLast(
  segment: readonly Token[],
  text: readonly string[],
  from: number,
): number | undefined {
  for (let at = text.length - segment.length; at >= from; at--) {
    if (fits(segment, text, at)) return at;
  }
  return undefined;
}
