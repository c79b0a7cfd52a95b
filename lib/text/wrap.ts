/** Options of {@linkcode wrap}. */
export interface WrapOptions {
  /** Most columns of a line, the indent among them. */
  readonly width: number;
  /** Columns before every line. Default 0. */
  readonly indent?: number;
}

/**
 * Breaks a text between words, so that its lines fit. A word that is longer
 * than a line stays whole.
 */
export function wrap(text: string, { width, indent = 0 }: WrapOptions): string {
  const room = width - indent;
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/\s+/)) {
    if (line !== "" && line.length + 1 + word.length > room) {
      lines.push(line);
      line = word;
    } else {
      line = line === "" ? word : `${line} ${word}`;
    }
  }
  return [...lines, line].map((line) => " ".repeat(indent) + line).join("\n");
}
