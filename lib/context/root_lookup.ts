import { ContextError } from "./error.ts";
import type { SourceLookup } from "./lookup.ts";
import { quoteName, resolvePath } from "./path.ts";

/**
 * Finds the directory of a source that is the context, following links.
 *
 * @param path as a person wrote it, but as a byte string
 * @returns its path from the source's top
 * @throws {ContextError} kind `context_missing`, with what there is instead.
 */
export async function findRoot(
  lookup: SourceLookup,
  path: string,
): Promise<string> {
  const requested = resolvePath("", path);
  const found = requested === undefined
    ? undefined
    : await lookup.resolve(requested);
  if (found?.node.kind === "directory") return found.path;
  let detail = "there is no such directory";
  if (requested === undefined) detail = "its path leads out of the source";
  else if (found !== undefined) detail = "it is not a directory";
  throw new ContextError(
    "context_missing",
    `Cannot use the context ${quoteName(path)}: ` +
      `${detail}${lookup.suggestion}`,
  );
}
