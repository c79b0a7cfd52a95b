/**
 * A text of at most `longest` UTF-16 code units, but for the mark that stands
 * where its middle was: what a text is about stands at its beginning, and what
 * came of it at its end.
 */
export function shorten(text: string, longest: number): string {
  if (text.length <= longest) return text;
  const head = text.slice(0, Math.ceil(longest / 2)).toWellFormed();
  const tail = text.slice(text.length - Math.floor(longest / 2)).toWellFormed();
  const leftOut = (text.length - longest).toLocaleString("en-US");
  return `${head} [… ${leftOut} characters are left out …] ${tail}`;
}
