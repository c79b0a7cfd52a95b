/** An image reference, cut where the engine's API wants it cut. */
export interface SplitReference {
  /** All before the tag or digest. */
  readonly name: string;
  /** A tag, or a digest with its algorithm; a digest wins over a tag. */
  readonly version: string;
}

/**
 * Cuts `name[:tag][@digest]`. Without either the tag is `latest`, as it is for
 * the Docker CLI: the engine itself would take every tag there is.
 */
export function splitReference(reference: string): SplitReference {
  const at = reference.indexOf("@");
  const tagged = at < 0 ? reference : reference.slice(0, at);
  // A colon before the last slash belongs to the registry's port.
  const colon = tagged.indexOf(":", tagged.lastIndexOf("/") + 1);
  const name = colon < 0 ? tagged : tagged.slice(0, colon);
  if (at >= 0) return { name, version: reference.slice(at + 1) };
  return { name, version: colon < 0 ? "latest" : tagged.slice(colon + 1) };
}
