/**
 * What may move a cursor, end a line or turn the direction of text around:
 * control characters (of ISO 6429 those of C1, too), separators of lines, and
 * Unicode's marks of direction (UAX #9).
 */
const HARMFUL = /[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu;

/** A text without what could make it look like another line. */
export function escapeControls(text: string): string {
  return text.replace(HARMFUL, (char) => {
    const code = char.charCodeAt(0);
    return code < 0x100 ? `\\x${hex(code, 2)}` : `\\u${hex(code, 4)}`;
  });
}

/** A line of JSON that means the same, escaped so; JSON itself lets them be. */
export function escapeControlsInJson(line: string): string {
  return line.replace(
    HARMFUL,
    (char) => char === "\n" ? char : `\\u${hex(char.charCodeAt(0), 4)}`,
  );
}

function hex(code: number, length: number): string {
  return code.toString(16).padStart(length, "0");
}
