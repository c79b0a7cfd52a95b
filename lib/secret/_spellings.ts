import { encodeBase64 } from "@std/encoding";

/**
 * Shortest text, in UTF-16 code units, that is taken for a secret. Anything
 * shorter is too likely to be a part of innocent text: masking it would hide
 * little and spoil the log.
 */
export const MIN_LENGTH = 6;

/**
 * Longest part of a spelling that is looked for by itself, in UTF-16 code
 * units. What may be the beginning of one is compared with it at every place,
 * so that the cost grows with the square of this.
 */
const MAX_PIECE = 512;

/** Columns after which `base64` (GNU coreutils) and PEM (RFC 7468) break. */
const LINE_WIDTHS = [76, 64];

/** The public frame of a PEM file (RFC 7468). */
const PEM_BOUNDARY = /^-----(?:BEGIN|END) [^-]*-----$/;

/**
 * Every text that gives a secret away: the value and its base64, URL-encoded
 * and JSON-escaped forms. A value of several lines, such as a private key, is
 * given away by each of them, and a very long one by each part of it. No
 * spelling holds a line break, and none is shorter than {@linkcode MIN_LENGTH}.
 */
export function spellingsOf(value: string): Set<string> {
  const spellings = new Set<string>();
  const lines = value.toWellFormed().split(/[\r\n]+/).map((line) =>
    line.trim()
  );
  for (const line of lines) {
    if (line.length < MIN_LENGTH || PEM_BOUNDARY.test(line)) continue;
    for (const spelling of spellingsOfLine(line)) {
      for (const piece of piecesOf(spelling)) spellings.add(piece);
    }
  }
  for (const piece of wrappedBase64(value)) spellings.add(piece);
  return spellings;
}

function* spellingsOfLine(line: string): Generator<string> {
  const json = JSON.stringify(line).slice(1, -1);
  yield* [line, ...jsonSpellings(json), ...urlSpellings(line)];
  yield* base64Spellings(line);
  if (json !== line) yield* base64Spellings(json);
}

/** A spelling, or the parts that a very long one consists of. */
function* piecesOf(spelling: string): Generator<string> {
  let start = 0;
  while (spelling.length - start > MAX_PIECE) {
    const end = characterStart(spelling, start + MAX_PIECE);
    yield spelling.slice(start, end);
    start = end;
  }
  // A part must not be too short to be looked for.
  const last = Math.max(spelling.length - MAX_PIECE, 0);
  yield spelling.slice(start === 0 ? 0 : characterStart(spelling, last));
}

/** An index of a well-formed text, or the one before, that parts no character. */
function characterStart(text: string, index: number): number {
  const isLowSurrogate = (text.charCodeAt(index) & 0xfc00) === 0xdc00;
  return isLowSurrogate ? index - 1 : index;
}

/** As the writers of JSON in use escape: what they must, and what they may. */
function jsonSpellings(json: string): string[] {
  const escape = (char: string) =>
    `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`;
  return [
    json,
    // Go, hence the engine itself.
    json.replace(/[<>&\u2028\u2029]/g, escape),
    // Python.
    json.replace(/[^\0-\x7f]/g, escape),
    // PHP.
    json.replaceAll("/", "\\/"),
  ];
}

/** As URLs and forms are encoded, with upper and lower case digits. */
function urlSpellings(text: string): string[] {
  const component = encodeURIComponent(text);
  return [
    component,
    // RFC 3986: these five are reserved, too.
    component.replace(
      /[!'()*]/g,
      (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
    ),
    new URLSearchParams([["", text]]).toString().slice("=".length),
  ].flatMap((upper) => [
    upper,
    upper.replace(/%[0-9A-F]{2}/g, (escape) => escape.toLowerCase()),
  ]);
}

/**
 * The base64 of a text by itself, and the part of it that does not change
 * when other bytes are encoded together with it, in both alphabets (RFC 4648).
 */
function* base64Spellings(text: string): Generator<string> {
  const bytes = new TextEncoder().encode(text);
  yield* inBothAlphabets(encodeBase64(bytes));
  for (const before of [0, 1, 2]) {
    const shifted = new Uint8Array(before + bytes.length);
    shifted.set(bytes, before);
    // A character holds six bits; those that hold foreign ones are left out.
    const from = Math.ceil((before * 8) / 6);
    const to = Math.floor((shifted.length * 8) / 6);
    yield* inBothAlphabets(encodeBase64(shifted).slice(from, to));
  }
}

/** The lines of a value's base64 where a tool breaks it. */
function* wrappedBase64(value: string): Generator<string> {
  const bytes = new TextEncoder().encode(value);
  const base64 = encodeBase64(bytes).slice(0, Math.floor(bytes.length * 8 / 6));
  for (const width of LINE_WIDTHS) {
    if (base64.length <= width) continue;
    for (let start = 0; start < base64.length; start += width) {
      const line = base64.slice(start, start + width);
      if (line.length >= MIN_LENGTH) yield* inBothAlphabets(line);
    }
  }
}

function inBothAlphabets(base64: string): string[] {
  const urlSafe = base64.replaceAll("+", "-").replaceAll("/", "_");
  return [base64, urlSafe, urlSafe.replace(/=+$/, "")];
}
