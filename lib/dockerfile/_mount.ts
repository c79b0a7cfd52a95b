/** One field of a line, in quotes or not. */
const FIELD = /(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g;

/**
 * Finds what a `--mount` of `RUN` takes its files from: the value of `from`, in a
 * list of `key=value` that are separated by commas, as in CSV (RFC 4180).
 */
export function mountSource(mount: string): string | undefined {
  let source: string | undefined;
  for (const [, quoted, plain = ""] of mount.matchAll(FIELD)) {
    const field = quoted?.replaceAll('""', '"') ?? plain;
    const end = field.indexOf("=");
    if (end >= 0 && field.slice(0, end).toLowerCase() === "from") {
      source = field.slice(end + 1);
    }
  }
  return source === "" ? undefined : source;
}
