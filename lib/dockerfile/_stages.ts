import { ImageReference } from "../image/reference.ts";
import { quote } from "../text/quote.ts";
import { featuresOf, platformVariables, refuseIgnored } from "./_buildkit.ts";
import { readImageName } from "./_image_name.ts";
import type { Instruction } from "./_instruction.ts";
import { mountSource } from "./_mount.ts";
import { parseStatement, type Statement } from "./_statement.ts";
import type { Variables } from "./_variables.ts";
import type { BuildKitFeature, Stage, StageBase } from "./dockerfile.ts";
import { DockerfileError } from "./error.ts";

const SCRATCH = "scratch";

/** Instructions that are followed, with triggers once for each stage. */
const MAX_INSTRUCTIONS = 100_000;

/**
 * Characters of the triggers that are followed, once for each stage: each stage
 * reads them anew, as in the engine.
 */
const MAX_INHERITED = 4 * 1024 ** 2;

/** More than anyone writes; each takes its time on the engine. */
const MAX_STAGES = 1_000;

/** What escapes in a trigger, whose stage's directives are forgotten by then. */
const DEFAULT_ESCAPE = "\\";

const STAGE_NAME = /^[a-z][a-z0-9_.-]*$/;

/** A stage, with what it leaves to those that are built upon it. */
interface OpenStage extends Stage {
  readonly triggers: Instruction[];
}

/**
 * Follows the stages of a Dockerfile as the classic builder does, from the
 * first to the last, and gathers what they take from outside.
 */
export class Stages {
  readonly #variables: Variables;
  readonly #stages: OpenStage[] = [];
  readonly #indexes = new Map<string, number>();
  readonly #images: ImageReference[] = [];
  readonly #features: BuildKitFeature[] = [];
  #count = 0;
  /** Characters of triggers. */
  #inherited = 0;

  constructor(variables: Variables) {
    this.#variables = variables;
  }

  get stages(): readonly Stage[] {
    return this.#stages.map(({ name, base, line }) => ({ name, base, line }));
  }

  /** Images from outside, in the order they are met in; some more than once. */
  get images(): readonly ImageReference[] {
    return this.#images;
  }

  get features(): readonly BuildKitFeature[] {
    return this.#features;
  }

  /**
   * Takes the next instruction in.
   *
   * @throws {DockerfileError} when a build would stop at it, or go wrong.
   */
  add(statement: Statement): void {
    const { keyword, line } = statement;
    if (keyword === "FROM") {
      this.#begin(statement);
    } else if (this.#stages.length > 0) {
      this.#continue(statement);
    } else if (keyword === "ARG") {
      this.#variables.define(statement);
    } else {
      throw new DockerfileError(
        "stage",
        `${keyword} stands before the first FROM, where only ARG may`,
        { line },
      );
    }
  }

  #begin(statement: Statement): void {
    const { args: [image = "", as, alias], line } = statement;
    if (this.#stages.length === MAX_STAGES) {
      throw new DockerfileError(
        "too_large",
        `more than ${MAX_STAGES} stages are too many, use fewer FROM`,
        { line },
      );
    }
    if (
      as !== undefined && (as.toUpperCase() !== "AS" || alias === undefined)
    ) {
      throw new DockerfileError(
        "syntax",
        'FROM: write "FROM image" or "FROM image AS name", blanks in quotes are ' +
          "not possible",
        { line },
      );
    }
    const name = alias?.toLowerCase();
    this.#checkName(name, line);
    const base = this.#baseOf(image, statement);
    const inherited = base.kind === "stage"
      ? this.#stages[base.index]?.triggers ?? []
      : [];
    if (name !== undefined) this.#indexes.set(name, this.#stages.length);
    this.#stages.push({ name, base, line, triggers: [] });
    for (const trigger of inherited) {
      this.#inherited += lengthOf(trigger);
      if (this.#inherited > MAX_INHERITED) {
        throw new DockerfileError(
          "too_large",
          `stages inherit more than ${MAX_INHERITED} characters of ONBUILD, ` +
            "use fewer and shorter ones",
          { line },
        );
      }
      this.#continue(parseStatement(trigger, DEFAULT_ESCAPE));
    }
  }

  #continue(statement: Statement): void {
    const { flags, line, trigger } = statement;
    if (++this.#count > MAX_INSTRUCTIONS) {
      throw new DockerfileError(
        "too_large",
        `more than ${MAX_INSTRUCTIONS} instructions are too many, use fewer`,
        { line },
      );
    }
    refuseIgnored(statement);
    this.#features.push(...featuresOf(statement));
    for (const name of flags.get("from") ?? []) this.#use(name, line);
    for (const mount of flags.get("mount") ?? []) {
      const name = mountSource(mount);
      if (name !== undefined) this.#use(name, line);
    }
    if (trigger !== undefined) this.#stages.at(-1)?.triggers.push(trigger);
  }

  #checkName(name: string | undefined, line: number): void {
    if (name === undefined) return;
    if (!STAGE_NAME.test(name)) {
      throw new DockerfileError(
        "stage",
        `${quote(name)} cannot name a stage: begin with a letter, go on with ` +
          'letters, digits, "-", "_" and "."',
        { line },
      );
    }
    if (this.#indexes.has(name)) {
      throw new DockerfileError(
        "stage",
        `an earlier stage is called ${quote(name)} too, rename one of them`,
        { line },
      );
    }
  }

  /** A stage's name hides an image of that name, even `scratch`. */
  #baseOf(word: string, { flags, line }: Statement): StageBase {
    const platform = this.#platformOf(flags.get("platform")?.[0] ?? "", line);
    const { text: name, unset } = this.#variables.expand(word, line);
    this.#note(unset, line);
    const index = this.#indexes.get(name.toLowerCase());
    if (index !== undefined) return { kind: "stage", index };
    if (name === SCRATCH) return { kind: "scratch" };
    const reference = readImageName({
      instruction: "FROM",
      word,
      name,
      unset,
      line,
    });
    this.#images.push(reference);
    return { kind: "image", reference, platform };
  }

  #platformOf(word: string, line: number): string | undefined {
    const { text, unset } = this.#variables.expand(word, line);
    if (this.#note(unset, line) || text !== "") return text || undefined;
    if (word === "") return undefined;
    throw new DockerfileError(
      "substitution",
      `--platform=${quote(word)} is empty, give its variables values`,
      { line },
    );
  }

  /** Whether some of these variables would have a value in BuildKit. */
  #note(unset: Iterable<string>, line: number): boolean {
    const names = platformVariables(unset);
    this.#features.push(
      ...names.map((name) => ({ line, feature: `$${name}` })),
    );
    return names.length > 0;
  }

  /** Takes in the source of a `--from`: an earlier stage, or else an image. */
  #use(name: string, line: number): void {
    if (name === "" || name === SCRATCH) return;
    const current = this.#stages.length - 1;
    const index = this.#indexes.get(name.toLowerCase());
    if (index !== undefined && index < current) return;
    if (!/^[+-]?\d+$/.test(name)) {
      const instruction = "--from";
      this.#images.push(readImageName({ instruction, word: name, name, line }));
    } else if (!(Number(name) >= 0 && Number(name) < current)) {
      throw new DockerfileError(
        "stage",
        `--from=${name} names no earlier stage, the first is number 0 and this ` +
          `is number ${current}`,
        { line },
      );
    }
  }
}

function lengthOf({ flags, rest }: Instruction): number {
  return flags.reduce((sum, flag) => sum + flag.length, rest.length);
}
