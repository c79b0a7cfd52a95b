import { basename, dirname, join, relative, resolve } from "node:path";
import { openBuildContext } from "../context/context.ts";
import { openDirectory } from "../context/directory.ts";
import { ContextError } from "../context/error.ts";
import { quote } from "../text/quote.ts";
import { BuildInputError } from "./input_error.ts";
import type { PackageContent } from "./package.ts";

/** What {@linkcode openLocalDirectory} needs to know. */
export interface LocalDirectoryOptions {
  /** The directory below that is the context. Default: the directory itself. */
  readonly context: string | undefined;
  /** The Dockerfile, from the working directory. Default: the context's own. */
  readonly dockerfile: string | undefined;
}

/** A directory, ready to be packed. */
export interface LocalDirectory {
  /** Where the Dockerfile is in what is packed. */
  readonly dockerfilePath: string;
  /** Packs it as the docker CLI does, each time anew. */
  open(): Promise<PackageContent>;
}

/**
 * Looks into a directory of this machine: as the docker CLI, which takes `-f`
 * from where it was started, and a Dockerfile from anywhere.
 *
 * @throws {BuildInputError} when it is not there, or has no Dockerfile
 */
export async function openLocalDirectory(
  path: string,
  { context = "", dockerfile }: LocalDirectoryOptions,
): Promise<LocalDirectory> {
  const directory = join(path, context);
  const root = await lookAt(directory, () => Deno.realPath(directory));
  const file = dockerfile && await realDockerfile(dockerfile);
  const top = file ? commonDirectory(root, dirname(file)) : root;
  try {
    const found = await openBuildContext(openDirectory(top), {
      context: relative(top, root),
      dockerfilePath: file ? relative(root, file) : "",
    });
    return {
      dockerfilePath: found.dockerfile.path,
      open: () => Promise.resolve(found.stream()),
    };
  } catch (error) {
    if (!(error instanceof ContextError)) throw error;
    throw new BuildInputError(error.message);
  }
}

/** Its directory without links; it may be a link itself. */
async function realDockerfile(dockerfile: string): Promise<string> {
  if (dockerfile === "-") {
    throw new BuildInputError(
      "Cannot read the Dockerfile alone from the standard input: " +
        "pipe all files in, as in: tar -c . | quay-builder build - -t …",
    );
  }
  const path = resolve(dockerfile);
  await lookAt(dockerfile, () => Deno.stat(path), "find the Dockerfile");
  return join(await Deno.realPath(dirname(path)), basename(path));
}

function commonDirectory(one: string, other: string): string {
  let common = one;
  while (/^\.\.(?:\/|$)/.test(relative(common, other))) {
    common = dirname(common);
  }
  return common;
}

/**
 * Looks at a path that a person named.
 *
 * @param action what cannot be done otherwise, for the message
 * @throws {BuildInputError} when that cannot be done
 */
export async function lookAt<T>(
  path: string,
  look: () => Promise<T>,
  action = "build from",
): Promise<T> {
  try {
    return await look();
  } catch (error) {
    throw new BuildInputError(
      `Cannot ${action} ${quote(path)}: ${whyNot(error)}`,
    );
  }
}

function whyNot(error: unknown): string {
  if (error instanceof Deno.errors.NotFound) return "there is no such file";
  if (error instanceof Deno.errors.NotCapable) {
    return "Deno was started without the permission to read it; pipe the files " +
      "in, as in: tar -c . | quay-builder build - -t …";
  }
  return error instanceof Error ? error.message : String(error);
}
