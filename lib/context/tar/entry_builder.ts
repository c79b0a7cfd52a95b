import type { TarEntry, TarExtension } from "./entry.ts";
import { FIELD, fieldOf, readName, readText } from "./header.ts";
import { readNumber } from "./number.ts";
import { TarSyntaxError } from "./syntax_error.ts";

/** An entry, and what only the limits need to know of it. */
export interface BuiltEntry {
  readonly entry: TarEntry;
  /** Bytes that the entry unpacks to, holes included. */
  readonly unpackedSize: number;
}

/**
 * Puts an entry together from its header block and what stood in front of it,
 * with the precedence of the engine's reader (Go's archive/tar): the name of a
 * sparse file, a long name of GNU tar, a PAX record, the header block.
 *
 * @throws {TarSyntaxError} when a field or a record is not well-formed.
 */
export function buildEntry(
  block: Uint8Array<ArrayBuffer>,
  extensions: readonly TarExtension[],
): BuiltEntry {
  const pax = paxValues(extensions);
  const name = pax.get("GNU.sparse.name") ?? longName(extensions, "L") ??
    pax.get("path") ?? readName(block);
  const linkName = longName(extensions, "K") ?? pax.get("linkpath") ??
    readText(block, FIELD.linkName);
  const type = typeOf(block, name);
  const size = hasData(type) ? sizeOf(block, pax) : 0;
  const realSize = realSizeOf(block, type, pax);
  return {
    entry: {
      name,
      linkName,
      type,
      size,
      sparse: realSize !== undefined,
      block,
      extensions,
    },
    unpackedSize: Math.max(size, realSize ?? 0),
  };
}

const NO_VALUES: ReadonlyMap<string, string> = new Map();

/** The records that count. An empty value takes nothing over (Go). */
function paxValues(
  extensions: readonly TarExtension[],
): ReadonlyMap<string, string> {
  const last = extensions.findLast((extension) => extension.type === "x");
  if (last?.type !== "x") return NO_VALUES;
  const values = new Map<string, string>();
  for (const { key, value } of last.records) {
    if (value === "") values.delete(key);
    else values.set(key, value);
  }
  for (const key of ["path", "linkpath", "GNU.sparse.name"]) {
    if (values.get(key)?.includes("\0")) {
      throw new TarSyntaxError("a name holds a zero byte");
    }
  }
  return values;
}

function longName(
  extensions: readonly TarExtension[],
  wanted: "L" | "K",
): string | undefined {
  const last = extensions.findLast((extension) => extension.type === wanted);
  return last === undefined || last.type === "x" || last.name === ""
    ? undefined
    : last.name;
}

/** Before POSIX a file whose name ends in a slash was a directory. */
function typeOf(block: Uint8Array<ArrayBuffer>, name: string): string {
  const type = String.fromCharCode(block[FIELD.type[0]] ?? 0);
  if (type !== "\0") return type;
  return name.endsWith("/") ? "5" : "0";
}

/** Links, devices, directories and FIFOs have none, whatever their size says. */
function hasData(type: string): boolean {
  return !"123456".includes(type);
}

function sizeOf(
  block: Uint8Array<ArrayBuffer>,
  pax: ReadonlyMap<string, string>,
): number {
  const record = pax.get("size");
  const size = record === undefined
    ? readNumber(fieldOf(block, FIELD.size))
    : parseDecimal(record);
  if (size < 0) throw new TarSyntaxError("an entry has a negative size");
  return size;
}

/** The size of a sparse file with its holes; `undefined` for all others. */
function realSizeOf(
  block: Uint8Array<ArrayBuffer>,
  type: string,
  pax: ReadonlyMap<string, string>,
): number | undefined {
  if (type === "S") return readNumber(fieldOf(block, FIELD.gnuRealSize));
  const record = pax.get("GNU.sparse.realsize") ?? pax.get("GNU.sparse.size");
  return record === undefined ? undefined : parseDecimal(record);
}

function parseDecimal(record: string): number {
  const value = /^\d+$/.test(record) ? Number(record) : Number.NaN;
  if (!Number.isSafeInteger(value)) {
    throw new TarSyntaxError("a PAX header holds an impossible size");
  }
  return value;
}
