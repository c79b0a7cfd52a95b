import { ImageReference, InvalidReferenceError } from "../image/reference.ts";
import { quote } from "../text/quote.ts";
import { DockerfileError } from "./error.ts";

/** A word of a Dockerfile that should name an image. */
export interface ImageName {
  /** What it belongs to, for messages. */
  readonly instruction: string;
  /** As it was written. */
  readonly word: string;
  /** With quotes taken away and variables put in. */
  readonly name: string;
  /** Variables in it that have no value. Default: none. */
  readonly unset?: ReadonlySet<string>;
  readonly line: number;
}

/**
 * Reads the name of an image.
 *
 * @throws {DockerfileError} of kind `image_name`, with what its author can do.
 */
export function readImageName(
  { instruction, word, name, unset = new Set(), line }: ImageName,
): ImageReference {
  try {
    return ImageReference.parse(name);
  } catch (error) {
    if (!(error instanceof InvalidReferenceError)) throw error;
    const becomes = word === name ? "" : ` becomes ${quote(name)}, which`;
    const hint = [...unset].map((variable) =>
      `; ${variable} has no value here: write "ARG ${variable}=…" before the ` +
      "first FROM"
    ).join("");
    throw new DockerfileError(
      "image_name",
      `${instruction} ${quote(word)}${becomes} names no image: ` +
        `${error.reason}${hint}`,
      { line, cause: error },
    );
  }
}
