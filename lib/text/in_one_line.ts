/** A text without line breaks, and the white space around them. */
export function inOneLine(text: string): string {
  return text.split(/[\r\n]/).map((line) => line.trim())
    .filter((line) => line !== "").join(" ");
}
