import { PLACEHOLDER } from "./secret.ts";

/** Longest user information of a URL that is masked, in UTF-16 code units. */
const MAX_LENGTH = 4096;

/** What user information consists of, as people write it: more than RFC 3986. */
const CHARACTER = "[^\\s/?#\"'<>`\\\\]";

const CREDENTIALS = new RegExp(`://(${CHARACTER}{1,${MAX_LENGTH}})@`, "g");

/** The end of a text that may be a URL up to somewhere in its credentials. */
const UNFINISHED = new RegExp(
  `(?:h(?:t(?:t(?:ps?)?)?)?|(?:https?)?:(?:/(?:/${CHARACTER}{0,${MAX_LENGTH}})?)?)$`,
  "i",
);

/** Length of the longest text that {@linkcode UNFINISHED} matches. */
const LONGEST_UNFINISHED = "https://".length + MAX_LENGTH;

/**
 * Masks the credentials of URLs in a text that comes in pieces: a user with a
 * password in any URL, and a user alone in one of HTTP, where it may be a
 * token. What may be the beginning of such a URL is held back until the next
 * piece tells, so any pieces of a text give the same result.
 */
export class UrlMask {
  #held = "";

  /** Takes a piece and gives what is certain by now. */
  write(piece: string): string {
    const text = this.#held + piece;
    const line = text.lastIndexOf("\n") + 1;
    const from = Math.max(line, text.length - LONGEST_UNFINISHED);
    const unfinished = text.slice(from).search(UNFINISHED);
    const until = unfinished < 0 ? text.length : from + unfinished;
    this.#held = text.slice(until);
    return maskCredentials(text.slice(0, until));
  }

  /** Gives what was held back; the next piece begins a new text. */
  end(): string {
    const rest = maskCredentials(this.#held);
    this.#held = "";
    return rest;
  }
}

function maskCredentials(text: string): string {
  if (!text.includes("@")) return text;
  return text.replace(CREDENTIALS, (match, userInfo: string, index: number) => {
    const isHttp = /https?$/i.test(text.slice(Math.max(0, index - 5), index));
    return userInfo.includes(":") || isHttp ? `://${PLACEHOLDER}@` : match;
  });
}
