/** A text without line breaks, and the white space around them. */
export function inOneLine(text: string): string {
  return text.trim().replace(/\s*[\r\n]+\s*/g, " ");
}
