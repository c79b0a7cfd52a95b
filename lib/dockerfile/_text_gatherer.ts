import type { Budget } from "./_budget.ts";
import { isSpace } from "./_white_space.ts";

/** A text and its words. */
export interface GatheredText {
  /** The whole text; white space is as it was. */
  readonly text: string;
  /** The words of the text, parted where white space was not quoted. */
  readonly words: readonly string[];
}

/** Gathers a text and, on the side, its words. */
export class TextGatherer {
  readonly #budget: Budget;
  readonly #text: string[] = [];
  readonly #words: string[] = [];
  #word = "";

  constructor(budget: Budget) {
    this.#budget = budget;
  }

  /** Adds what belongs to one word, whatever it holds. */
  addWhole(part: string): void {
    this.#budget.spend(part.length);
    this.#text.push(part);
    this.#word += part;
  }

  /** Adds what white space parts into words. */
  addParts(part: string): void {
    this.#budget.spend(part.length);
    this.#text.push(part);
    for (const character of part) {
      if (!isSpace(character)) this.#word += character;
      else this.#endWord();
    }
  }

  /** What was gathered; nothing is to be added any more. */
  finish(): GatheredText {
    this.#endWord();
    return { text: this.#text.join(""), words: this.#words };
  }

  #endWord(): void {
    if (this.#word !== "") this.#words.push(this.#word);
    this.#word = "";
  }
}
