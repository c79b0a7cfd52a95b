import type { Budget } from "./_budget.ts";
import { applyDefault, replacePattern, trimPattern } from "./_modifier.ts";
import { SubstitutionError } from "./_substitution_error.ts";
import { type GatheredText, TextGatherer } from "./_text_gatherer.ts";

/** The character that escapes others and continues lines. */
export type EscapeToken = "\\" | "`";

/** Substitutions within substitutions. */
const MAX_DEPTH = 50;

const LETTER_OR_DIGIT = /[\p{L}\p{Nd}_]/u;
const DIGIT = /\p{Nd}/u;

/** Names of a single character, as a shell has them; none is ever set here. */
const SPECIAL_NAMES = "@*#?-$!";

/** How a {@linkcode ShellLexer} treats what it reads. */
export interface ShellLexerOptions {
  readonly escape: EscapeToken;
  readonly variables: ReadonlyMap<string, string>;
  readonly budget: Budget;
  /**
   * What stays as it was written: variables that are not set, or these and all
   * quotes and escapes. Default: neither.
   */
  readonly keeps?: "unset" | "all";
}

/** What a {@linkcode ShellLexer} made of its source. */
export interface LexedText extends GatheredText {
  /** Names of the variables that were asked for and are not set. */
  readonly unset: ReadonlySet<string>;
}

/** What holds inside one `${…}`. */
interface Mode {
  /** Keeps escapes, for a pattern that is read once more. */
  readonly keepsEscapes: boolean;
  /** Doubles escapes within quotes, so that the pattern takes them literally. */
  readonly isPattern: boolean;
}

const PLAIN: Mode = { keepsEscapes: false, isPattern: false };
const PATTERN: Mode = { keepsEscapes: true, isPattern: true };
const VERBATIM: Mode = { keepsEscapes: true, isPattern: false };

/**
 * Takes quotes and escapes away and puts in variables, as the Dockerfile's own
 * lexer does (`shell/lex.go` of BuildKit 0.34). A lexer reads one source once.
 */
export class ShellLexer {
  readonly #characters: readonly string[];
  readonly #options: ShellLexerOptions;
  readonly #unset = new Set<string>();
  #at = 0;
  #depth = 0;

  constructor(source: string, options: ShellLexerOptions) {
    this.#characters = Array.from(source);
    this.#options = options;
  }

  /**
   * Reads the whole source.
   *
   * @throws {SubstitutionError} when quotes or braces do not end, a substitution
   * has no result, or the budget is used up.
   */
  read(): LexedText {
    const mode = this.#options.keeps === "all" ? VERBATIM : PLAIN;
    return { ...this.#readUntil(undefined, mode), unset: this.#unset };
  }

  #readUntil(stop: string | undefined, mode: Mode): GatheredText {
    const text = new TextGatherer(this.#options.budget);
    for (let next = this.#peek(); next !== undefined; next = this.#peek()) {
      if (next === stop) {
        this.#at++;
        return text.finish();
      }
      if (next === "'") text.addWhole(this.#singleQuoted(mode));
      else if (next === '"') text.addWhole(this.#doubleQuoted(mode));
      else if (next === "$") text.addParts(this.#variable());
      else if (next === "<") text.addWhole(this.#angles());
      else if (next === this.#options.escape) {
        text.addWhole(this.#escaped(mode));
      } else text.addParts(this.#take());
    }
    if (stop === undefined) return text.finish();
    throw new SubstitutionError(`a "\${" has no closing "${stop}"`);
  }

  #escaped(mode: Mode): string {
    const escape = this.#take();
    return (mode.keepsEscapes ? escape : "") + this.#take();
  }

  #singleQuoted(mode: Mode): string {
    const start = this.#at + 1;
    const end = this.#characters.indexOf("'", start);
    if (end < 0) throw new SubstitutionError("a single quote has no end");
    this.#at = end + 1;
    const inner = this.#characters.slice(start, end).map((character) =>
      mode.isPattern && character === this.#options.escape
        ? character + character
        : character
    ).join("");
    return this.#keepsQuotes ? `'${inner}'` : inner;
  }

  #doubleQuoted(mode: Mode): string {
    const { escape } = this.#options;
    const parts = [this.#take()];
    for (let next = this.#peek(); next !== undefined; next = this.#peek()) {
      if (next === '"') {
        parts.push(this.#take());
        const quoted = parts.join("");
        return this.#keepsQuotes ? quoted : quoted.slice(1, -1);
      }
      if (next === "$") {
        parts.push(this.#variable());
        continue;
      }
      parts.push(next === escape ? this.#escapedInQuotes(mode) : this.#take());
    }
    throw new SubstitutionError("a double quote has no end");
  }

  /** In double quotes, the escape is a character unless it escapes one of these. */
  #escapedInQuotes(mode: Mode): string {
    const escape = this.#take();
    const next = this.#peek();
    if (next === undefined) return "";
    if (next === '"' || next === "$" || next === escape) {
      return (mode.keepsEscapes ? escape : "") + this.#take();
    }
    const isDoubled = mode.keepsEscapes &&
      (mode.isPattern || !this.#keepsQuotes);
    return isDoubled ? escape + escape : escape;
  }

  /** White space after `<<` belongs to the word: `<< EOF` is a heredoc too. */
  #angles(): string {
    let text = this.#take();
    if (this.#peek() !== "<") return text;
    text += this.#take();
    while (/^[\t\r ]$/.test(this.#peek() ?? "")) text += this.#take();
    return text;
  }

  #variable(): string {
    this.#take();
    if (this.#peek() !== "{") {
      const name = this.#name();
      return name === "" ? "$" : this.#valueOf(name) ?? this.#kept(`$${name}`);
    }
    this.#take();
    if (++this.#depth > MAX_DEPTH) {
      throw new SubstitutionError(`"\${" is nested too deeply`);
    }
    const value = this.#substitution();
    this.#depth--;
    return value;
  }

  /** Reads what follows `${`. */
  #substitution(): string {
    const first = this.#peek();
    if (first === "{" || first === "}" || first === ":") {
      throw new SubstitutionError('"${" needs a name after it');
    }
    const name = this.#name();
    const modifier = this.#take();
    switch (modifier) {
      case "}":
        return this.#valueOf(name) ?? this.#kept(`\${${name}}`);
      case ":":
        return this.#default(name, this.#take(), true);
      case "#":
      case "%":
        return this.#trim(name, modifier);
      case "/":
        return this.#replace(name);
      default:
        return this.#default(name, modifier, false);
    }
  }

  #default(name: string, kind: string, emptyIsUnset: boolean): string {
    if (kind !== "-" && kind !== "+" && kind !== "?") {
      const sign = `${emptyIsUnset ? ":" : ""}${kind}`;
      throw new SubstitutionError(
        sign === ""
          ? `a "\${" has no closing "}"`
          : `"\${${name}${sign}" is no substitution there is`,
      );
    }
    const { text: word } = this.#readUntil("}", PLAIN);
    const value = this.#valueOf(name, kind !== "-" && kind !== "+");
    if (value === undefined && this.#keepsUnset) {
      return `\${${name}${emptyIsUnset ? ":" : ""}${kind}${word}}`;
    }
    return applyDefault(name, value, { kind, emptyIsUnset, word });
  }

  #trim(name: string, side: "#" | "%"): string {
    const { text: word } = this.#readUntil("}", PATTERN);
    const value = this.#valueOf(name);
    if (value === undefined && this.#keepsUnset) {
      return `\${${name}${side}${word}}`;
    }
    return trimPattern(value ?? "", { side, word }, this.#options.budget);
  }

  #replace(name: string): string {
    const all = this.#peek() === "/";
    if (all) this.#take();
    const { text: word } = this.#readUntil("/", PATTERN);
    const { text: replacement } = this.#readUntil("}", VERBATIM);
    const value = this.#valueOf(name);
    if (value === undefined && this.#keepsUnset) {
      return `\${${name}/${word}/${replacement}}`;
    }
    const modifier = { all, word, replacement };
    return replacePattern(value ?? "", modifier, this.#options.budget);
  }

  #name(): string {
    const first = this.#peek() ?? "";
    if (SPECIAL_NAMES.includes(first)) return this.#take();
    const form = DIGIT.test(first) ? DIGIT : LETTER_OR_DIGIT;
    let name = "";
    while (form.test(this.#peek() ?? "")) name += this.#take();
    return name;
  }

  #valueOf(name: string, isMissed = true): string | undefined {
    const value = this.#options.variables.get(name);
    if (value === undefined && isMissed) this.#unset.add(name);
    return value;
  }

  #kept(source: string): string {
    return this.#keepsUnset ? source : "";
  }

  get #keepsQuotes(): boolean {
    return this.#options.keeps === "all";
  }

  get #keepsUnset(): boolean {
    return this.#options.keeps !== undefined;
  }

  #peek(): string | undefined {
    return this.#characters[this.#at];
  }

  #take(): string {
    return this.#characters[this.#at++] ?? "";
  }
}
