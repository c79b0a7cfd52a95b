import type { BuildSource } from "../build/request.ts";
import type { BuildContext } from "../context/context.ts";
import { openDirectory } from "../context/directory.ts";
import type { ContextLimits } from "../context/limits.ts";
import { openPackage } from "../context/package.ts";
import type { ContextSource } from "../context/source.ts";
import { Spool } from "../context/spool.ts";
import type { Proxies } from "../network/proxies.ts";
import { download } from "./download.ts";
import { checkoutGit, type GitCheckout } from "./git/checkout.ts";
import type { GitTrust } from "./git/trust.ts";

/** How sources are opened, whatever the build. */
export interface SourceOptions {
  readonly limits: Partial<ContextLimits>;
  /** Where large packages and checkouts go. */
  readonly temporaryDirectory: string;
  readonly download: {
    /** Longest silence of the server, in milliseconds. */
    readonly idleTimeout: number;
    /** Client of the requests. Default: the runtime's own. */
    readonly client?: Deno.HttpClient;
    /** Those that the client goes through, for messages. Default: none. */
    readonly proxies?: Proxies;
  };
  readonly git: {
    /** Longest silence of git, in milliseconds. */
    readonly idleTimeout: number;
    /** Longest time for all that git does, in milliseconds. */
    readonly totalTimeout: number;
    readonly allowFile: boolean;
    /** Path of the known hosts that ssh checks servers against. */
    readonly knownHosts: string | undefined;
    /** The proxies on the way. Default: none. */
    readonly proxies?: Proxies;
    /** Whom git trusts over HTTPS. Default: whom the system trusts. */
    readonly trust?: GitTrust;
  };
}

/** Options of {@linkcode openSource}. */
export interface OpenSourceOptions extends SourceOptions {
  readonly signal: AbortSignal;
  /** Takes the build's secrets out of what others say, before it is cut. */
  redact(text: string): string;
  /** Takes what the person who builds should know, a line each. */
  remark(text: string): void | Promise<void>;
}

/** The files of a build. Disposing removes what was fetched. */
export interface OpenedSource extends AsyncDisposable {
  readonly files: ContextSource;
  /** Fetches what the first look did without, and the context needs. */
  complete(context: BuildContext): Promise<void>;
}

/**
 * Fetches the source of a build.
 *
 * @throws {BuildFailure} `build_package_issue`, `git_failure`, `git_checkout`
 * @throws {ContextError} when the package is none that can be read
 */
export async function openSource(
  source: BuildSource,
  options: OpenSourceOptions,
): Promise<OpenedSource> {
  switch (source.kind) {
    case "package":
      return await openDownload(source, options);
    case "git":
      return await openCheckout(source, options);
  }
}

async function openDownload(
  { url }: Extract<BuildSource, { kind: "package" }>,
  { limits, redact, signal, temporaryDirectory, ...options }: OpenSourceOptions,
): Promise<OpenedSource> {
  const { body, contentLength, contentType } = await download(url, {
    ...options.download,
    redact,
    signal,
  });
  const spool = await Spool.from(body, {
    declaredSize: contentLength,
    limits,
    signal,
    temporaryDirectory,
  });
  const files = await openPackage(spool, {
    limits,
    signal,
    ...(contentType !== undefined && { contentType }),
  });
  return {
    files,
    complete: () => Promise.resolve(),
    [Symbol.asyncDispose]: () => files[Symbol.asyncDispose](),
  };
}

async function openCheckout(
  source: Extract<BuildSource, { kind: "git" }>,
  { git, limits, redact, remark, signal, temporaryDirectory }:
    OpenSourceOptions,
): Promise<OpenedSource> {
  await using stack = new AsyncDisposableStack();
  const checkout: GitCheckout = stack.use(
    await checkoutGit(source, {
      ...git,
      directory: temporaryDirectory,
      limits,
      redact,
      signal,
    }),
  );
  for (const warning of checkout.warnings) await remark(warning);
  const files = stack.use(openDirectory(checkout.directory, limits));
  const kept = stack.move();
  return {
    files,
    async complete(context) {
      if (context.includes(".git")) await checkout.completeHistory();
    },
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}
