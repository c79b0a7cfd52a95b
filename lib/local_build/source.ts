import { Secret } from "../secret/secret.ts";
import { secretsOfUrl } from "../secret/url_secrets.ts";
import { quote } from "../text/quote.ts";
import { lookAt, openLocalDirectory } from "./directory.ts";
import { parseBuildInput } from "./input.ts";
import { BuildInputError } from "./input_error.ts";
import {
  LocalPackage,
  type LocalPackageOptions,
  type PackageContent,
} from "./package.ts";

/** What {@linkcode openBuildSource} needs to know. */
export interface BuildSourceOptions {
  /** The Dockerfile, as it was given. */
  readonly dockerfile: string | undefined;
  /** The directory of the source that is the context, as it was given. */
  readonly context: string | undefined;
  /** Opens a git repository over ssh. */
  readonly privateKey: Secret | undefined;
  /** Told how many more bytes of local files were handed over. */
  onBytes(count: number): void;
}

/** The files of a build, where a worker can get them. */
export interface LocalBuildSource extends AsyncDisposable {
  /** What the build's call says about them. */
  readonly arguments: Readonly<Record<string, unknown>>;
  /** What must not be shown of them. */
  readonly secrets: readonly Secret[];
  /** Client to get local files with. */
  readonly client: Deno.HttpClient | undefined;
  /** Why local files could not be read, if they could not. */
  readonly failure: Error | undefined;
}

/**
 * Offers what a person named as PATH, URL or GIT-URL to a worker.
 *
 * @throws {BuildInputError} when there is nothing there that can be built
 */
export async function openBuildSource(
  text: string,
  options: BuildSourceOptions,
): Promise<LocalBuildSource> {
  const { privateKey, onBytes } = options;
  const input = parseBuildInput(text);
  const within = {
    context: options.context ?? "",
    dockerfile_path: options.dockerfile ?? "",
  };
  switch (input.kind) {
    case "path":
      return await openPath(input.path, options, within);
    case "stdin":
      return offer({ open: readOnce(), onBytes }, within);
    case "url":
      return remote(input.url, { build_package: input.url, ...within });
    case "git": {
      const { url, ref, subdirectory } = input;
      if (options.context !== undefined && subdirectory !== "") {
        throw new BuildInputError(
          `Cannot build from both ${
            quote(subdirectory)
          }, as the address of the repository ends, and --context ${
            quote(options.context)
          }: give one of them`,
        );
      }
      return remote(url, {
        // The worker takes the name of a branch or a tag for a commit, too.
        git: { url, sha: ref, private_key: privateKey?.reveal() ?? "" },
        ...within,
        context: options.context ?? subdirectory,
      });
    }
  }
}

async function openPath(
  path: string,
  options: BuildSourceOptions,
  within: LocalBuildSource["arguments"],
): Promise<LocalBuildSource> {
  const { onBytes } = options;
  const { isDirectory } = await lookAt(path, () => Deno.stat(path));
  if (!isDirectory) {
    const open = async () => (await Deno.open(path)).readable;
    return offer({ open, onBytes }, within);
  }
  const { open, dockerfilePath } = await openLocalDirectory(path, options);
  return offer({ open, onBytes }, {
    context: "",
    dockerfile_path: dockerfilePath,
  });
}

/** Standard input, which can be read once only. */
function readOnce(): () => Promise<PackageContent> {
  let isRead = false;
  return () => {
    if (isRead) throw new Error("Cannot read standard input a second time");
    isRead = true;
    return Promise.resolve(Deno.stdin.readable);
  };
}

function remote(
  url: string,
  args: LocalBuildSource["arguments"],
): LocalBuildSource {
  return {
    arguments: args,
    secrets: secretsOfUrl(url),
    client: undefined,
    failure: undefined,
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

function offer(
  options: LocalPackageOptions,
  args: LocalBuildSource["arguments"],
): LocalBuildSource {
  const local = new LocalPackage(options);
  return {
    arguments: { build_package: local.url.reveal(), ...args },
    secrets: [local.url],
    client: local.client,
    get failure() {
      return local.failure;
    },
    [Symbol.asyncDispose]: () => local[Symbol.asyncDispose](),
  };
}
