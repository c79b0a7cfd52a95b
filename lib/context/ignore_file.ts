import { ContextError } from "./error.ts";
import { parseIgnore } from "./ignore.ts";
import { IgnoreRules } from "./ignore_rules.ts";
import type { SourceLookup } from "./lookup.ts";
import { bytesOf, byteStringOf, decodeName, joinPath, quote } from "./path.ts";
import type { ExtraFile } from "./source.ts";

/** Where the engine looks for ignore rules in a context. */
export const IGNORE_FILE = ".dockerignore";

/** Mode of an ignore file that nobody wrote, as the docker CLI has it. */
const PRIVATE_MODE = 0o600;

/** An ignore file that was read. */
export interface IgnoreFile {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Permission bits. */
  readonly mode: number;
  /** Time of the last change, in seconds since 1970. */
  readonly mtime: number;
  readonly rules: IgnoreRules;
}

/** The ignore rules of a context. */
export interface FoundIgnoreRules {
  /** The rules that count. */
  readonly rules: IgnoreRules;
  /** The `.dockerignore` of the context, if it has one. */
  readonly general: IgnoreFile | undefined;
}

/**
 * Finds the ignore rules for a Dockerfile: those of `<Dockerfile>.dockerignore`
 * next to it where there is one, as with BuildKit clients, else those of
 * `.dockerignore` in the context's root. Paths are byte strings.
 *
 * @throws {ContextError} kind `ignore_invalid`.
 */
export async function findIgnoreRules(
  lookup: SourceLookup,
  root: string,
  dockerfilePath: string,
): Promise<FoundIgnoreRules> {
  const specific = await readIgnoreFile(
    lookup,
    `${dockerfilePath}${IGNORE_FILE}`,
  );
  const general = await readIgnoreFile(lookup, joinPath(root, IGNORE_FILE));
  const rules = (specific ?? general)?.rules ?? new IgnoreRules([]);
  return { rules, general };
}

async function readIgnoreFile(
  lookup: SourceLookup,
  path: string,
): Promise<IgnoreFile | undefined> {
  const node = (await lookup.resolve(path))?.node;
  if (node === undefined) return undefined;
  const name = decodeName(path);
  if (node.kind !== "file") throw invalid(name, "it is not a file");
  const { bytes, size, mode, mtime } = node;
  if (bytes === undefined) throw invalid(name, `${size} bytes are too many`);
  return { bytes, mode, mtime, rules: parseIgnore(bytes, { name }) };
}

function invalid(name: string, detail: string): ContextError {
  return new ContextError(
    "ignore_invalid",
    `Cannot use ${quote(name)}: ${detail}`,
  );
}

/** What {@linkcode ignoreFileForEngine} needs to know. */
export interface EngineIgnoreOptions {
  /** The `.dockerignore` of the context, if it has one. */
  readonly general: IgnoreFile | undefined;
  /** Path of the Dockerfile in the context. */
  readonly dockerfilePath: string;
  /** Whether the engine is to take a path out of the context. */
  readonly removes: (path: string) => boolean;
}

/**
 * The classic builder takes the Dockerfile and `.dockerignore` out of a context
 * when the `.dockerignore` that it was sent says so. Where that is not what is
 * wanted, this is the `.dockerignore` to send in its place: as the docker CLI
 * does for a Dockerfile from elsewhere, with lines added.
 */
export function ignoreFileForEngine(
  { general, dockerfilePath, removes }: EngineIgnoreOptions,
): ExtraFile | undefined {
  const lines: string[] = [];
  for (const path of [IGNORE_FILE, dockerfilePath]) {
    // A file that would not be there without us takes itself away.
    const removed = removes(path) ||
      (path === IGNORE_FILE && general === undefined);
    if (removed !== (general?.rules.ignores(path) ?? false)) {
      lines.push(`${removed ? "" : "!"}${patternFor(path)}`);
    }
  }
  if (general === undefined) {
    return lines.length === 1 ? undefined : {
      path: IGNORE_FILE,
      bytes: bytesOf(lines.join("\n")),
      mode: PRIVATE_MODE,
      mtime: 0,
    };
  }
  if (lines.length === 0) return undefined;
  const { mode, mtime } = general;
  const text = [byteStringOf(general.bytes), ...lines].join("\n");
  return { path: IGNORE_FILE, bytes: bytesOf(text), mode, mtime };
}

/** A line that matches one path and nothing else. */
function patternFor(path: string): string {
  return `/${path.replace(/[*?[\]\\+(){}|^]/g, "\\$&")}`;
}
