import type { Budget } from "./_budget.ts";
import {
  type EscapeToken,
  type LexedText,
  ShellLexer,
} from "./_shell_lexer.ts";
import type { Statement } from "./_statement.ts";
import { SubstitutionError } from "./_substitution_error.ts";
import { DockerfileError } from "./error.ts";

/** Build arguments that need no `ARG` (Engine 28.5; 20.10 lacks the last two). */
const PREDEFINED = [
  "HTTP_PROXY",
  "http_proxy",
  "HTTPS_PROXY",
  "https_proxy",
  "FTP_PROXY",
  "ftp_proxy",
  "NO_PROXY",
  "no_proxy",
  "ALL_PROXY",
  "all_proxy",
];

/** What {@linkcode Variables} work with. */
export interface VariablesOptions {
  readonly escape: EscapeToken;
  readonly buildArgs: ReadonlyMap<string, string>;
  readonly budget: Budget;
}

/** The variables that a `FROM` sees: those of the `ARG`s before the first. */
export class Variables {
  readonly #options: VariablesOptions;
  readonly #values = new Map<string, string>();

  constructor(options: VariablesOptions) {
    this.#options = options;
    for (const name of PREDEFINED) this.#declare(name);
  }

  /**
   * Takes an `ARG` in. The classic builder expands all of its values before it
   * sets any, so that `ARG a=1 b=$a` leaves `b` empty; BuildKit does not.
   *
   * @throws {DockerfileError} when a value cannot be worked out.
   */
  define({ args, line }: Statement): void {
    const pairs = args.map((arg) => {
      const end = arg.indexOf("=");
      const name = this.expand(end < 0 ? arg : arg.slice(0, end), line).text;
      if (end < 0) return { name };
      return { name, value: this.expand(arg.slice(end + 1), line).text };
    });
    for (const { name, value } of pairs) this.#declare(name, value);
  }

  /**
   * Takes the quotes of a word away and puts in the variables.
   *
   * @throws {DockerfileError} when it cannot be worked out.
   */
  expand(word: string, line: number): LexedText {
    const { escape, budget } = this.#options;
    const variables = this.#values;
    try {
      return new ShellLexer(word, { escape, budget, variables }).read();
    } catch (error) {
      if (error instanceof SubstitutionError) {
        throw new DockerfileError("substitution", error.message, {
          line,
          cause: error,
        });
      }
      throw error;
    }
  }

  #declare(name: string, value?: string): void {
    const given = this.#options.buildArgs.get(name) ?? value;
    if (given === undefined) this.#values.delete(name);
    else this.#values.set(name, given);
  }
}
