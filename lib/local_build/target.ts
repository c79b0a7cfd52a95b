import { ImageReference, InvalidReferenceError } from "../image/reference.ts";
import { quote } from "../text/quote.ts";
import { BuildInputError } from "./input_error.ts";

/** Where an image is pushed to: tags of one repository. */
export interface BuildTarget {
  /** `host[:port]` */
  readonly registry: string;
  /** The path on that host, `namespace/name`. */
  readonly repository: string;
  /** At least one. */
  readonly tags: readonly string[];
}

const DEFAULT_TAG = "latest";

/**
 * Reads the names that an image is to have.
 *
 * @throws {BuildInputError} when there is none, or they are not of one repository
 */
export function parseTarget(names: readonly string[]): BuildTarget {
  const references = names.map(parseName);
  const [first] = references;
  if (first === undefined) {
    throw new BuildInputError(
      "Cannot build without a name for the image: a build ends with its push, " +
        "so give -t HOST[:PORT]/NAMESPACE/NAME[:TAG] of a registry that takes it; " +
        'without one at hand, "docker run -d -p 5000:5000 registry:2" ' +
        "starts one for -t localhost:5000/try/it",
    );
  }
  const other = references.find(({ name }) => name !== first.name);
  if (other !== undefined) {
    throw new BuildInputError(
      `Cannot push to both ${quote(first.name)} and ${quote(other.name)}: ` +
        "a build has one repository, with as many tags as you like",
    );
  }
  return {
    registry: first.domain,
    repository: first.path,
    tags: [...new Set(references.map(({ tag = DEFAULT_TAG }) => tag))],
  };
}

/**
 * Reads the tag that cached layers are taken from.
 *
 * @throws {BuildInputError} when it is none
 */
export function parseCacheTag(text: string): string {
  try {
    const { tag, digest } = ImageReference.parse(`image:${text}`);
    if (tag === text && digest === undefined) return tag;
  } catch (error) {
    if (!(error instanceof InvalidReferenceError)) throw error;
  }
  throw new BuildInputError(
    `Cannot use --cache-tag ${quote(text)}: expected a tag alone, as in "v1"`,
  );
}

function parseName(name: string): ImageReference {
  try {
    const reference = ImageReference.parse(name);
    if (reference.digest === undefined) return reference;
    throw new BuildInputError(
      `Cannot push to ${quote(name)}: a digest is known after the build only`,
    );
  } catch (error) {
    if (!(error instanceof InvalidReferenceError)) throw error;
    throw new BuildInputError(error.message);
  }
}
