import { type CharacterSet, isWordCharacter } from "./_character_set.ts";

/** Stands for the character before a text's beginning and after its end. */
export const NO_CHARACTER = -1;

/** One step of matching a text. */
export type Instruction =
  /** One character of the set. */
  | { readonly kind: "one"; readonly accepts: CharacterSet }
  /** Any number of characters of the set. */
  | { readonly kind: "many"; readonly accepts: CharacterSet }
  /** The following steps may be left out. */
  | { readonly kind: "optional"; readonly steps: number }
  /** Nothing, where it may stand between these two characters. */
  | {
    readonly kind: "between";
    holds(before: number, after: number): boolean;
  };

/** Everything that can be true after some characters of a text. */
interface Node {
  /** For each step, and for the end, whether a match may have come so far. */
  readonly reached: Uint8Array;
  /** Of the last character, what the next assertion needs to know. */
  readonly before: number;
  readonly accepts: boolean;
  readonly isDead: boolean;
  /** Where each ASCII character leads, as far as one has been met. */
  readonly next: (Node | undefined)[];
}

const A_WORD_CHARACTER = 0x61;
const ANOTHER_CHARACTER = 0x2f;
const ASCII_END = 0x80;

/**
 * Runs a program over texts. All ways to match are followed at once, and each
 * set of them is remembered with where every character leads from it: a finite
 * automaton that is built as it is needed. So the time is at worst the length
 * of the text times that of the program, whatever the two hold, and mostly a
 * look-up a character. What is remembered is bounded by the program's length.
 */
export class Automaton {
  readonly #program: readonly Instruction[];
  readonly #nodes = new Map<string, Node>();
  #start: Node;

  constructor(program: readonly Instruction[]) {
    this.#program = program;
    this.#start = this.#begin();
  }

  /** Whether the program matches a text from its beginning to its end. */
  matches(text: string): boolean {
    let node = this.#start;
    for (let at = 0; at < text.length && !node.isDead;) {
      const character = text.codePointAt(at) ?? NO_CHARACTER;
      node = node.next[character] ?? this.#follow(node, character);
      at += character > 0xffff ? 2 : 1;
    }
    return node.accepts;
  }

  #begin(): Node {
    const reached = new Uint8Array(this.#program.length + 1);
    reached[0] = 1;
    return this.#nodeOf(reached, NO_CHARACTER);
  }

  #follow(node: Node, character: number): Node {
    const here = this.#settle(node, character);
    const reached = new Uint8Array(here.length);
    this.#program.forEach((step, i) => {
      if (!here[i] || (step.kind !== "one" && step.kind !== "many")) return;
      if (step.accepts(character)) reached[step.kind === "one" ? i + 1 : i] = 1;
    });
    const before = isWordCharacter(character)
      ? A_WORD_CHARACTER
      : ANOTHER_CHARACTER;
    const next = this.#nodeOf(reached, before);
    if (character < ASCII_END) node.next[character] = next;
    return next;
  }

  #nodeOf(reached: Uint8Array, before: number): Node {
    const key = `${reached.join("")} ${before}`;
    const known = this.#nodes.get(key);
    if (known !== undefined) return known;

    if (this.#nodes.size > 4 * reached.length) {
      this.#nodes.clear();
      this.#start = this.#begin();
    }
    const bare = { reached, before };
    const node: Node = {
      ...bare,
      accepts: this.#settle(bare, NO_CHARACTER).at(-1) === 1,
      isDead: !reached.includes(1),
      next: [],
    };
    this.#nodes.set(key, node);
    return node;
  }

  /** Adds what needs no further character. Steps lead forwards only. */
  #settle(
    node: Pick<Node, "reached" | "before">,
    after: number,
  ): Uint8Array {
    const reached = node.reached.slice();
    this.#program.forEach((step, i) => {
      if (!reached[i]) return;
      if (step.kind === "many") reached[i + 1] = 1;
      if (step.kind === "optional") {
        reached[i + 1] = reached[i + 1 + step.steps] = 1;
      }
      if (step.kind === "between" && step.holds(node.before, after)) {
        reached[i + 1] = 1;
      }
    });
    return reached;
  }
}
