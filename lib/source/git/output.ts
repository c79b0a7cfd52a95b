import type { Secret } from "../../secret/secret.ts";
import { maskUserinfo, stripControls } from "../_text.ts";

/** Lines that are kept for an error. */
const MAX_LINES = 20;
/** Characters of a line that are kept. */
const MAX_LINE_LENGTH = 500;
/** Characters of a line that are looked at for secrets. */
const MAX_RAW_LENGTH = 16 * 1024;

const PROGRESS = /\d+% \(\d+\/\d+\)/;
/** A repository may have thousands of branches and tags. */
const NEW_REFERENCE = /^ \* \[new (branch|tag|ref)\]/;

/** Options of {@linkcode GitOutput}. */
export interface GitOutputOptions {
  /** Gets the lines, without credentials and terminal sequences. */
  readonly onMessage?: ((line: string) => void) | undefined;
  /** Secrets that must not appear in a line. */
  readonly secrets?: readonly Secret[] | undefined;
  /** Takes more secrets out of a line, before it is cut. Default: nothing. */
  readonly redact?: ((text: string) => string) | undefined;
}

/**
 * What a git command says on standard error, as lines. Git draws its progress
 * by writing a line again and again after a carriage return; only the last
 * state of such a line counts.
 */
export class GitOutput {
  readonly #decoder = new TextDecoder();
  readonly #lines: string[] = [];
  readonly #options: GitOutputOptions;
  #partial = "";

  constructor(options: GitOutputOptions = {}) {
    this.#options = options;
  }

  /** Takes the next bytes. */
  push(chunk: Uint8Array): void {
    const text = this.#partial + this.#decoder.decode(chunk, { stream: true });
    const lines = text.split("\n");
    const rest = lines.pop() ?? "";
    for (const line of lines) this.#add(line);
    this.#partial = rest
      .slice(rest.lastIndexOf("\r", rest.length - 2) + 1)
      .slice(0, MAX_RAW_LENGTH);
  }

  /** Takes what is left as the last line. */
  end(): void {
    this.#add(this.#partial);
    this.#partial = "";
  }

  /** The last lines, without those that draw progress. */
  get tail(): string {
    return this.#lines.join("\n");
  }

  #add(raw: string): void {
    const state = raw.split("\r").findLast((part) => part.trim() !== "") ?? "";
    const text = stripControls(state).slice(0, MAX_RAW_LENGTH).trimEnd();
    const line = this.#withoutSecrets(text).slice(0, MAX_LINE_LENGTH);
    if (line === "" || NEW_REFERENCE.test(line)) return;
    this.#options.onMessage?.(line);
    if (PROGRESS.test(line)) return;
    this.#lines.push(line);
    if (this.#lines.length > MAX_LINES) this.#lines.shift();
  }

  #withoutSecrets(line: string): string {
    const { redact = (text) => text, secrets = [] } = this.#options;
    return redact(
      secrets.reduce(
        (masked, secret) => masked.replaceAll(secret.reveal(), "***"),
        maskUserinfo(line),
      ),
    );
  }
}
