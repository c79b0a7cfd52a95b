/**
 * Hides what stands before the `@` of a URL: all of it with HTTP, where a user
 * name is often a token, and elsewhere what follows the user's name.
 */
export function maskUserinfo(text: string): string {
  return text
    .replace(/(https?:\/\/)[^\s/?#'"]*@/gi, "$1***@")
    .replace(
      /([a-z][a-z\d+.-]{0,30}:\/\/[^\s/?#'":@]*):[^\s/?#'"]*@/gi,
      "$1:***@",
    );
}

/** Takes out terminal sequences and every control character but tabs. */
export function stripControls(text: string): string {
  return text
    // deno-lint-ignore no-control-regex
    .replace(/\x1b\[[\x20-\x3f]*[\x40-\x7e]/g, "")
    // deno-lint-ignore no-control-regex
    .replace(/[\x00-\x08\x0a-\x1f\x7f]/g, "");
}

/** Leaves of every HTTP URL only where it leads: `https://host/…`. */
export function maskUrls(text: string): string {
  return text.replace(
    /(https?:\/\/)(?:[^\s/?#]*@)?([^\s/?#]*)\S*/gi,
    "$1$2/…",
  );
}
