import { quote } from "../text/quote.ts";
import type { EscapeToken } from "./_shell_lexer.ts";
import { trimSpaceStart } from "./_white_space.ts";
import { DockerfileError } from "./error.ts";

const NAME = /^([a-zA-Z][a-zA-Z0-9]*)[\t\n\f\r ]*=/;
const KNOWN = ["syntax", "escape", "check"];

/**
 * The directives at the top of a Dockerfile: comments of the form `# name=value`
 * before any other line. Only `escape` matters here; `syntax` is a comment to
 * the classic builder.
 */
export class Directives {
  readonly #seen = new Set<string>();
  #isOver = false;
  #escape: EscapeToken = "\\";

  /** The character that escapes others and continues lines. */
  get escape(): EscapeToken {
    return this.#escape;
  }

  /**
   * Looks at one line, without white space before it. Every line must be shown
   * until an instruction has begun.
   *
   * @throws {DockerfileError} when a directive is repeated or cannot be used.
   */
  look(text: string, line: number): void {
    if (this.#isOver) return;
    const comment = text.startsWith("#") ? trimSpaceStart(text.slice(1)) : "";
    const [before = "", name = ""] = NAME.exec(comment) ?? [];
    const value = comment.slice(before.length).trim();
    const key = name.toLowerCase();
    if (!KNOWN.includes(key) || value === "") {
      this.#isOver = true;
      return;
    }
    if (this.#seen.has(key)) {
      throw new DockerfileError(
        "syntax",
        `the directive "${key}" stands here for the second time, remove it`,
        { line },
      );
    }
    this.#seen.add(key);
    if (key === "escape") this.#escape = readEscape(value, line);
  }
}

function readEscape(value: string, line: number): EscapeToken {
  if (value === "\\" || value === "`") return value;
  throw new DockerfileError(
    "syntax",
    `${quote(value)} cannot be the escape character, write "# escape=\`" or ` +
      '"# escape=\\"',
    { line },
  );
}
