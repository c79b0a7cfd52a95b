import { type CharacterSet, isWordCharacter } from "./character_set.ts";

/** Stands for the character before a text's beginning and after its end. */
export const NO_CHARACTER = -1;

/** One step of matching a text. */
export type Step =
  /** One character of the set. */
  | { readonly kind: "one"; readonly accepts: CharacterSet }
  /** Any number of characters of the set. */
  | { readonly kind: "many"; readonly accepts: CharacterSet }
  /** The following steps may be left out. */
  | { readonly kind: "optional"; readonly steps: number }
  /** Nothing, where it may stand between these two characters. */
  | {
    readonly kind: "between";
    /** Must not tell two letters, nor two signs, from each other. */
    holds(before: number, after: number): boolean;
  };

/** What a step of kind `between` is shown for a character. */
type Neighbour =
  | typeof NO_CHARACTER
  | typeof A_WORD_CHARACTER
  | typeof ANOTHER_CHARACTER;

/** A step that takes a character, with its place in the program. */
type Consumer =
  & { readonly place: number }
  & Extract<
    Step,
    { readonly accepts: CharacterSet }
  >;

/** Everything that can be true after some characters of a text. */
interface Node {
  /** For each step, and for the end, whether a match may have come so far. */
  readonly reached: Uint8Array;
  readonly before: Neighbour;
  /** Whether the text may end here. */
  readonly accepts: boolean;
  /** Whether no way is left to go on. */
  readonly isDead: boolean;
  /** The steps that may take the next character, by what that one is. */
  readonly consumers: Map<Neighbour, readonly Consumer[]>;
  /** Where one leads on, by the places of the steps that take the character. */
  readonly outcomes: Map<string, Node>;
  /** Where the characters of ASCII lead, as far as they have been met. */
  readonly ascii: (Node | undefined)[];
}

const A_WORD_CHARACTER = 0x61;
const ANOTHER_CHARACTER = 0x2f;
const ASCII_END = 0x80;

/** Nodes that are remembered for each step of the program. */
const NODES_PER_STEP = 4;

/**
 * Runs a program over texts. All ways to match are followed at once, and each
 * set of them is remembered with where it leads: a finite automaton that is
 * built as it is needed. So the time is at worst the length of the text times
 * that of the program, whatever the two hold, and mostly a look-up a character.
 * What is remembered is bounded by the program's length.
 */
export class Automaton {
  readonly #program: readonly Step[];
  readonly #nodes = new Map<string, Node>();
  #start: Node;
  /** The text that was looked at last, and where it led. */
  #last: { readonly text: string; readonly node: Node };

  constructor(program: readonly Step[]) {
    this.#program = program;
    this.#start = this.#begin();
    this.#last = { text: "", node: this.#start };
  }

  /**
   * Whether the program matches a well-formed text from its beginning to its
   * end. One that begins with the text before it, as a path does with the
   * directories that lead to it, is only looked at from there on.
   */
  matches(text: string): boolean {
    const { text: known } = this.#last;
    // Many times as fast as `startsWith` (Deno 2.9).
    const goesOn = text.slice(0, known.length) === known;
    let node = goesOn ? this.#last.node : this.#start;
    for (
      let at = goesOn ? known.length : 0;
      at < text.length && !node.isDead;
    ) {
      const character = text.codePointAt(at) ?? NO_CHARACTER;
      node = node.ascii[character] ?? this.#follow(node, character);
      at += character > 0xffff ? 2 : 1;
    }
    this.#last = { text, node };
    return node.accepts;
  }

  #begin(): Node {
    const reached = new Uint8Array(this.#program.length + 1);
    reached[0] = 1;
    return this.#nodeOf(reached, NO_CHARACTER);
  }

  #follow(node: Node, character: number): Node {
    const neighbour = isWordCharacter(character)
      ? A_WORD_CHARACTER
      : ANOTHER_CHARACTER;
    const taking = this.#consumersOf(node, neighbour)
      .filter(({ accepts }) => accepts(character));
    const key = `${neighbour} ${taking.map(({ place }) => place).join(" ")}`;
    let next = node.outcomes.get(key);
    if (next === undefined) {
      const reached = new Uint8Array(node.reached.length);
      for (const { kind, place } of taking) {
        reached[kind === "one" ? place + 1 : place] = 1;
      }
      next = this.#nodeOf(reached, neighbour);
      node.outcomes.set(key, next);
    }
    if (character < ASCII_END) node.ascii[character] = next;
    return next;
  }

  #consumersOf(node: Node, after: Neighbour): readonly Consumer[] {
    const known = node.consumers.get(after);
    if (known !== undefined) return known;
    const reached = this.#settle(node, after);
    const consumers = this.#program.flatMap((step, place): Consumer[] =>
      reached[place] && (step.kind === "one" || step.kind === "many")
        ? [{ ...step, place }]
        : []
    );
    node.consumers.set(after, consumers);
    return consumers;
  }

  #nodeOf(reached: Uint8Array, before: Neighbour): Node {
    const key = `${before} ${reached.join("")}`;
    const known = this.#nodes.get(key);
    if (known !== undefined) return known;

    if (this.#nodes.size > NODES_PER_STEP * reached.length) {
      this.#nodes.clear();
      this.#start = this.#begin();
    }
    const node: Node = {
      reached,
      before,
      accepts: this.#settle({ reached, before }, NO_CHARACTER).at(-1) === 1,
      isDead: !reached.includes(1),
      consumers: new Map(),
      outcomes: new Map(),
      ascii: [],
    };
    this.#nodes.set(key, node);
    return node;
  }

  /** Adds what needs no further character. Steps lead forwards only. */
  #settle(
    node: Pick<Node, "reached" | "before">,
    after: Neighbour,
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
