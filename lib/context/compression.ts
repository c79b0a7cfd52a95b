/** How the bytes of a package are packed; `none` is no compression. */
export type Compression = "none" | "gzip" | "bzip2" | "xz" | "zstd";

/** What every engine unpacks by itself, from 20.10 on. */
const READ_BY_ENGINES: readonly Compression[] = [
  "none",
  "gzip",
  "bzip2",
  "xz",
];

/** Whether an engine takes a tar archive that is packed so. */
export function isReadByEngines(compression: Compression): boolean {
  return READ_BY_ENGINES.includes(compression);
}
