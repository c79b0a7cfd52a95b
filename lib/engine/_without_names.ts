/** Characters of an error that are looked at: a registry may send megabytes. */
const MAX_LENGTH = 16 * 1024;

/** What is quoted, and what stands between quotes and white space. */
const PARTS = /"[^"]*"|[^\s"]+/g;

/**
 * The beginning of an error's text, without the names and URLs in it, which may
 * hold any word.
 */
export function withoutNames(text: string): string {
  return text.slice(0, MAX_LENGTH)
    .replace(PARTS, (part) => isName(part) ? "" : part);
}

function isName(part: string): boolean {
  return part.startsWith('"') || (/.\/./.test(part) && part !== "i/o");
}
