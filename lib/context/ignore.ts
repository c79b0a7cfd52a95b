import { ContextError } from "./error.ts";
import { PatternError } from "./go_regexp/pattern_error.ts";
import { type IgnorePattern, parsePattern } from "./ignore_pattern.ts";
import { IgnoreRules } from "./ignore_rules.ts";
import { byteStringOf, decodeName, encodeName, quote } from "./path.ts";

const BOM = "\xef\xbb\xbf";

/** Bytes. */
const MAX_FILE_BYTES = 1024 ** 2;
/** Bytes; what Go's `bufio.Scanner` can hold, so that the CLI refuses more. */
const MAX_LINE_BYTES = 64 * 1024 - 1;
const MAX_PATTERNS = 10_000;
/** Steps that one character of a path may cost, all patterns together. */
const MAX_COST = 10_000;

/** Options of {@linkcode parseIgnore}. */
export interface ParseIgnoreOptions {
  /** The file's name, for messages. Default: `.dockerignore`. */
  readonly name?: string;
}

/**
 * Reads a `.dockerignore` file. It means here what it means to the docker CLI
 * 28, and to every one since 23. The CLI 20.10 differs: it tests a pattern of n
 * parts against the first n parts of a path only, lets `**foo` match no more
 * than whole names, and takes `+` and `()` as regular expressions do.
 *
 * The CLI compiles a pattern when it first tries it; here, all are compiled at
 * once, so that a bad one is found even where it could not matter.
 *
 * @throws {ContextError} of kind `ignore_invalid`, naming the line, when the
 * CLI would not use the file, or when it is larger than any honest one.
 */
export function parseIgnore(
  content: string | Uint8Array,
  options: ParseIgnoreOptions = {},
): IgnoreRules {
  const { name = ".dockerignore" } = options;
  const file = typeof content === "string"
    ? encodeName(content)
    : byteStringOf(content);
  if (file.length > MAX_FILE_BYTES) {
    throw new ContextError(
      "ignore_invalid",
      `Cannot use ${quote(name)}: it has ${file.length} bytes, at most ` +
        `${MAX_FILE_BYTES} are allowed; name directories instead of files`,
    );
  }

  const lines = file.slice(file.startsWith(BOM) ? BOM.length : 0).split("\n");
  const patterns: IgnorePattern[] = [];
  let cost = 0;
  for (const [index, line] of lines.entries()) {
    try {
      const pattern = parseLine(line);
      if (pattern === undefined) continue;
      patterns.push(pattern);
      cost += pattern.cost;
      if (patterns.length > MAX_PATTERNS || cost > MAX_COST) {
        throw new PatternError(
          "there are too many patterns so far, use fewer and simpler ones",
        );
      }
    } catch (cause) {
      if (!(cause instanceof PatternError)) throw cause;
      const place = `line ${index + 1} (${quote(decodeName(line.trim()))})`;
      throw new ContextError(
        "ignore_invalid",
        `Cannot use ${quote(name)}, ${place}: ${cause.message}`,
        { cause },
      );
    }
  }
  return new IgnoreRules(patterns);
}

function parseLine(line: string): IgnorePattern | undefined {
  if (line.length > MAX_LINE_BYTES) {
    throw new PatternError(
      `it has ${line.length} bytes, at most ${MAX_LINE_BYTES} are allowed`,
    );
  }
  return parsePattern(line);
}
