import { ImageReference, InvalidReferenceError } from "./reference.ts";

/** A repository that any registry could have. */
const REPOSITORY = "namespace/name";

/**
 * Whether a text is a registry as it stands in an image's name, `host[:port]`.
 * A host of one word is none without a port, but for `localhost`: it would be
 * read as a namespace of Docker Hub.
 */
export function isRegistry(text: string): boolean {
  try {
    const { path } = ImageReference.parse(`${text}/${REPOSITORY}`);
    // The grammar of names knows no highest port.
    return path === REPOSITORY && URL.canParse(`https://${text}/`);
  } catch (error) {
    if (error instanceof InvalidReferenceError) return false;
    throw error;
  }
}
