import { encodeBase64, encodeHex } from "@std/encoding";

/** Bytes as text, one character each, so that anything can be searched. */
export function asBytes(content: string | Uint8Array): string {
  const bytes = typeof content === "string"
    ? new TextEncoder().encode(content)
    : content;
  return new TextDecoder("latin1").decode(bytes);
}

/** A text that can be told from all others, in every form it may be copied in. */
export class Mark {
  /** What it stands for, as a failing test names it. */
  readonly name: string;
  /** The text itself. */
  readonly value: string;
  readonly #forms: readonly string[];

  constructor(name: string, value: string) {
    this.name = name;
    this.value = value;
    this.#forms = [...new Set(formsOf(value))];
  }

  /** What is searched for; a match of any is a find. No form has a line feed. */
  get forms(): readonly string[] {
    return this.#forms;
  }

  /** Whether it is, in any form, in what {@linkcode asBytes} gives. */
  isIn(content: string): boolean {
    return this.#forms.some((form) => content.includes(asBytes(form)));
  }
}

/** A mark with characters that every encoding has to change. */
export function secretMark(name: string): Mark {
  const random = crypto.randomUUID().replaceAll("-", "");
  return new Mark(name, `${random.slice(0, 16)}/"?é+>${random.slice(16)}`);
}

/** A mark that may be seen, and that may stand in a name. */
export function openMark(name: string): Mark {
  return new Mark(name, `seen${crypto.randomUUID().replaceAll("-", "")}`);
}

function* formsOf(value: string): Generator<string> {
  const bytes = new TextEncoder().encode(value);
  const hex = encodeHex(bytes);
  const url = encodeURIComponent(value);
  const form = new URLSearchParams([["", value]]).toString().slice(1);
  const json = JSON.stringify(value).slice(1, -1);
  yield* [value, hex, hex.toUpperCase()];
  yield* [url, form, url.toLowerCase(), form.toLowerCase()];
  yield* [json, json.replaceAll("/", "\\/")];
  // Go's writer of JSON; Python's.
  yield json.replace(/[<>&]/g, escapeUnicode);
  yield json.replace(/[^\0-\x7f]/g, escapeUnicode);
  yield escapeXml(value);
  for (const before of [0, 1, 2]) {
    const shifted = new Uint8Array([...new Uint8Array(before), ...bytes]);
    // Six bits a character: the first and the last may hold others' bits.
    const base64 = encodeBase64(shifted).slice(
      Math.ceil(before * 8 / 6),
      Math.floor(shifted.length * 8 / 6),
    );
    yield* [base64, base64.replaceAll("+", "-").replaceAll("/", "_")];
  }
}

/** A text as XML has it between tags. */
export function escapeXml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}

function escapeUnicode(char: string): string {
  return `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
