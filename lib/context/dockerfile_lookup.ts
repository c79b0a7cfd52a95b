import { ContextError } from "./error.ts";
import type { SourceLookup } from "./lookup.ts";
import { joinPath, quoteName, resolvePath } from "./path.ts";

/** The engine's name for a Dockerfile that was given none. */
export const DEFAULT_DOCKERFILE = "Dockerfile";

/** A Dockerfile in a source. Paths are byte strings, from the source's top. */
export interface FoundDockerfile {
  /** Where it was looked for. */
  readonly requestedPath: string;
  /** Where it is, all links followed. */
  readonly path: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/**
 * Finds the Dockerfile as the docker CLI does: links are followed, and where
 * the default name does not exist, it may be written `dockerfile`.
 *
 * @param path relative to `root`; `""` means the default
 * @throws {ContextError} when there is none, or it cannot be a Dockerfile.
 */
export async function findDockerfile(
  lookup: SourceLookup,
  root: string,
  path: string,
): Promise<FoundDockerfile> {
  const requestedPath = await requestedDockerfile(lookup, root, path);
  const found = await lookup.resolve(requestedPath);
  const name = quoteName(requestedPath);
  if (found === undefined) {
    throw new ContextError(
      "dockerfile_missing",
      `Cannot find the Dockerfile: there is no file ${name}${lookup.suggestion}`,
    );
  }
  const { node } = found;
  if (node.kind !== "file") throw invalid(name, "it is not a file");
  if (node.size === 0) throw invalid(name, "it is empty");
  if (node.bytes === undefined) {
    throw invalid(name, `${node.size} bytes are too many`);
  }
  return { requestedPath, path: found.path, bytes: node.bytes };
}

async function requestedDockerfile(
  lookup: SourceLookup,
  root: string,
  path: string,
): Promise<string> {
  const relative = resolvePath("", path);
  if (relative === "" || relative === DEFAULT_DOCKERFILE) {
    const standard = joinPath(root, DEFAULT_DOCKERFILE);
    const lowerCase = joinPath(root, DEFAULT_DOCKERFILE.toLowerCase());
    const isLowerCase = !await lookup.exists(standard) &&
      await lookup.exists(lowerCase);
    return isLowerCase ? lowerCase : standard;
  }
  const requested = resolvePath(root, path);
  if (requested !== undefined) return requested;
  throw new ContextError(
    "dockerfile_missing",
    `Cannot use the Dockerfile ${quoteName(path)}: ` +
      "its path leads out of the build package",
  );
}

function invalid(name: string, detail: string): ContextError {
  return new ContextError(
    "dockerfile_invalid",
    `Cannot use the Dockerfile ${name}: ${detail}`,
  );
}
