import {
  DEFAULT_DOCKERFILE,
  findDockerfile,
  type FoundDockerfile,
} from "./dockerfile_lookup.ts";
import {
  findIgnoreRules,
  type FoundIgnoreRules,
  IGNORE_FILE,
  ignoreFileForEngine,
} from "./ignore_file.ts";
import { type ContextLimits, DEFAULT_LIMITS } from "./limits.ts";
import { SourceLookup } from "./lookup.ts";
import { decodeName, encodeName, relativePath, resolvePath } from "./path.ts";
import { findRoot } from "./root_lookup.ts";
import type {
  CancelOptions,
  ContextSource,
  ExtraFile,
  Selection,
} from "./source.ts";

/** The Dockerfile of a {@linkcode BuildContext}. */
export interface ContextDockerfile {
  /** Its path in the context, as the engine must be told. */
  readonly path: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** What the engine builds from. */
export interface BuildContext {
  readonly dockerfile: ContextDockerfile;
  /** Whether the package goes to the engine as it came. */
  readonly untouched: boolean;
  /**
   * Whether a path of the source, or something below it, is sent if it exists.
   * The path is relative to the source's top.
   */
  includes(path: string): boolean;
  /**
   * The body of a build: a tar stream, perhaps compressed. May be called again,
   * for another try. It errors with a `ContextError` when the source cannot be
   * read to its end, and with the signal's reason.
   */
  stream(options?: CancelOptions): ReadableStream<Uint8Array<ArrayBuffer>>;
}

/** Options of {@linkcode openBuildContext}. */
export interface BuildContextOptions extends CancelOptions {
  /**
   * Directory of the source that is the context; a slash in front means
   * nothing. Default: the top.
   */
  readonly context?: string;
  /**
   * The Dockerfile, relative to `context`, out of which it may lead. Default:
   * `Dockerfile`.
   */
  readonly dockerfilePath?: string;
  /** Default: {@linkcode DEFAULT_LIMITS}. */
  readonly limits?: Partial<ContextLimits>;
}

/**
 * Finds the Dockerfile and the ignore rules of a source, and says what the
 * engine is to be sent: what the docker CLI would send from the same files. A
 * package that is nothing but a Dockerfile is that, whatever path is asked for.
 *
 * The source must stay open for as long as the context is used.
 *
 * @throws {ContextError} when the source cannot give a context.
 */
export async function openBuildContext(
  source: ContextSource,
  options: BuildContextOptions = {},
): Promise<BuildContext> {
  const bare = source.kind === "dockerfile";
  const contextPath = bare ? "" : encodeName(options.context ?? "");
  const dockerfilePath = bare ? "" : encodeName(options.dockerfilePath ?? "");
  const { dockerfileBytes } = { ...DEFAULT_LIMITS, ...options.limits };
  const lookup = new SourceLookup(source, {
    maxFileBytes: dockerfileBytes,
    signal: options.signal,
  });
  await lookup.prepare(likelyPaths(contextPath, dockerfilePath));
  const root = await findRoot(lookup, contextPath);
  const dockerfile = await findDockerfile(lookup, root, dockerfilePath);
  const ignore = await findIgnoreRules(lookup, root, dockerfile.requestedPath);
  return await describeContext(source, { root, dockerfile, ignore });
}

/** All that will be looked up where there are no links, for a single pass. */
function likelyPaths(contextPath: string, dockerfilePath: string): string[] {
  const root = resolvePath("", contextPath);
  if (root === undefined) return [];
  const names = [DEFAULT_DOCKERFILE, DEFAULT_DOCKERFILE.toLowerCase()];
  if (dockerfilePath !== "") names.push(dockerfilePath);
  return [
    ...names,
    ...names.map((name) => `${name}${IGNORE_FILE}`),
    IGNORE_FILE,
  ]
    .map((path) => resolvePath(root, path))
    .filter((path) => path !== undefined);
}

/** What was found in a source. */
interface Findings {
  readonly root: string;
  readonly dockerfile: FoundDockerfile;
  readonly ignore: FoundIgnoreRules;
}

async function describeContext(
  source: ContextSource,
  { root, dockerfile, ignore }: Findings,
): Promise<BuildContext> {
  const inside = relativePath(root, dockerfile.path);
  const path = inside ?? await reservedPath(dockerfile);
  const isAdded = inside === undefined;
  const ignoreFile = ignoreFileForEngine({
    general: ignore.general,
    dockerfilePath: path,
    removes: (other) =>
      (isAdded && other === path) || ignore.rules.ignores(other),
  });
  const extraFiles = [
    ...(isAdded ? [addedDockerfile(path, dockerfile)] : []),
    ...(ignoreFile === undefined ? [] : [ignoreFile]),
  ];
  const rules = ignore.rules.keeping(IGNORE_FILE, path);
  const selection: Selection = {
    root,
    extraFiles,
    keeps: (path) => !rules.ignores(path),
    prunes: (directory) => rules.prunes(directory),
  };
  const isWhole = root === "" && rules.isEmpty && extraFiles.length === 0;
  const original = isWhole ? source.original : undefined;
  return {
    dockerfile: { path: decodeName(path), bytes: dockerfile.bytes },
    untouched: original !== undefined,
    includes: (path) => includes(selection, encodeName(path)),
    stream: original ?? ((options) => source.stream(selection, options)),
  };
}

function includes(selection: Selection, path: string): boolean {
  if (relativePath(path, selection.root) !== undefined) return true;
  const place = relativePath(selection.root, path);
  return place !== undefined &&
    (selection.keeps(place) || !selection.prunes(place));
}

/**
 * A name for a Dockerfile from outside of the context, which no file there has.
 * The docker CLI makes up a new one each time, which a `COPY .` sees in the
 * ignore file, so that it is never cached.
 */
async function reservedPath({ bytes }: FoundDockerfile): Promise<string> {
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return `.dockerfile.${hash.toHex().slice(0, 20)}`;
}

function addedDockerfile(path: string, { bytes }: FoundDockerfile): ExtraFile {
  return { path, bytes, mode: 0o600, mtime: 0 };
}
