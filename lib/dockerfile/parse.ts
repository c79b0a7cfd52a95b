import type { ImageReference } from "../image/reference.ts";
import { Budget } from "./_budget.ts";
import { readInstructions } from "./_reader.ts";
import { Stages } from "./_stages.ts";
import { parseStatement } from "./_statement.ts";
import { Variables } from "./_variables.ts";
import type { Dockerfile, StageBase } from "./dockerfile.ts";
import { DockerfileError } from "./error.ts";

/** Bytes. */
const MAX_BYTES = 1024 ** 2;

/** More than anyone needs; each is pulled, and stays until the build is over. */
const MAX_IMAGES = 100;

/** The byte order marks of UTF-16. */
const UTF_16 = [[0xff, 0xfe], [0xfe, 0xff]];

/** Options of {@linkcode parseDockerfile}. */
export interface ParseDockerfileOptions {
  /** Values for `ARG`s, which they have instead of their own. Default: none. */
  readonly buildArgs?: Readonly<Record<string, string>>;
}

/**
 * Reads a Dockerfile, and says which images a build of it needs.
 *
 * What it takes is what the parser of BuildKit 0.34 takes, which knows more
 * than the one in Engine 20.10 (heredocs, `${x#y}`, newer flags); what an old
 * engine does not know, it refuses by itself. What it means is what the classic
 * builder makes of it: `# syntax=` is a comment, all stages are built, and
 * nothing is known of the platform.
 *
 * @throws {DockerfileError} when a build is sure to fail, or to go wrong
 * without anyone noticing.
 */
export function parseDockerfile(
  source: string | Uint8Array,
  options: ParseDockerfileOptions = {},
): Dockerfile {
  const { instructions, escape } = readInstructions(decode(source));
  if (instructions.length === 0) {
    throw nothingToBuild("it holds no instruction");
  }
  const statements = instructions.map((each) => parseStatement(each, escape));

  const buildArgs = new Map(Object.entries(options.buildArgs ?? {}));
  const budget = new Budget();
  const stages = new Stages(new Variables({ escape, buildArgs, budget }));
  for (const statement of statements) stages.add(statement);
  if (stages.stages.length === 0) throw nothingToBuild("it has no FROM");

  const base = stages.stages.map((stage) => imageOf(stage.base))
    .find((image) => image !== undefined);
  const images = unique(
    base === undefined ? stages.images : [base, ...stages.images],
  );
  if (images.length > MAX_IMAGES) {
    throw new DockerfileError(
      "too_large",
      `it needs ${images.length} images from outside, at most ${MAX_IMAGES} are ` +
        "allowed: build upon fewer",
    );
  }
  return {
    stages: stages.stages,
    base,
    images,
    needsBuildKit: stages.features,
  };
}

function decode(source: string | Uint8Array): string {
  const bytes = typeof source === "string"
    ? new TextEncoder().encode(source)
    : source;
  if (bytes.length > MAX_BYTES) {
    throw new DockerfileError(
      "too_large",
      `it has ${bytes.length} bytes, at most ${MAX_BYTES} are allowed: put data ` +
        "into files of their own",
    );
  }
  if (UTF_16.some((mark) => mark.every((byte, i) => bytes[i] === byte))) {
    throw new DockerfileError(
      "encoding",
      "it is written in UTF-16, save it as UTF-8",
    );
  }
  return new TextDecoder().decode(bytes);
}

function nothingToBuild(reason: string): DockerfileError {
  return new DockerfileError(
    "empty",
    `${reason}, begin with the image to build upon, as in "FROM alpine:3"`,
  );
}

function imageOf(base: StageBase): ImageReference | undefined {
  return base.kind === "image" ? base.reference : undefined;
}

function unique(images: readonly ImageReference[]): ImageReference[] {
  return [...new Map(images.map((image) => [`${image}`, image])).values()];
}
