import { bytesOf } from "../path.ts";
import type { TarEntry, TarExtension } from "./entry.ts";
import {
  longNameExtension,
  paxExtension,
  replaceRecords,
} from "./extension.ts";
import {
  FIELD,
  type Field,
  fieldOf,
  formatOf,
  prefixField,
  writeChecksum,
} from "./header.ts";
import { paxRecord } from "./pax.ts";

/** The parts of an entry that a name is written into. */
export type EntryHeaders = Pick<TarEntry, "block" | "extensions">;

/** What to write into an entry's headers; byte strings. */
export interface NewNames {
  readonly name?: string;
  /** The target of a link. */
  readonly linkName?: string;
}

/** A name to write, and the places in which an entry can carry it. */
interface Change {
  readonly name: string;
  readonly field: Field;
  readonly longType: "L" | "K";
  readonly paxKeys: readonly [string, ...string[]];
}

/**
 * The headers of an entry under other names. Each name is written wherever the
 * entry carries the old one and, where the header block has no room for it,
 * into an extension as the entry's dialect knows it. All else stays as it is.
 */
export function renameEntry(
  { block, extensions }: EntryHeaders,
  { name, linkName }: NewNames,
): Uint8Array<ArrayBuffer>[] {
  const newBlock = block.slice();
  let newExtensions = extensions;
  if (name !== undefined) {
    newExtensions = applyChange(newBlock, newExtensions, {
      name,
      field: FIELD.name,
      longType: "L",
      paxKeys: ["path", "GNU.sparse.name"],
    });
  }
  if (linkName !== undefined) {
    newExtensions = applyChange(newBlock, newExtensions, {
      name: linkName,
      field: FIELD.linkName,
      longType: "K",
      paxKeys: ["linkpath"],
    });
  }
  writeChecksum(newBlock);
  return [...newExtensions.map(({ raw }) => raw), newBlock];
}

function applyChange(
  block: Uint8Array<ArrayBuffer>,
  extensions: readonly TarExtension[],
  change: Change,
): readonly TarExtension[] {
  const fits = writeToBlock(block, change);
  const changed = extensions.map((old) => replaceName(old, change));
  const carried = changed.some((extension, i) => extension !== extensions[i]);
  return fits || carried
    ? changed
    : addName(changed, change, formatOf(block) === "gnu");
}

/** Writes a name, or what of it has room, into a block; whether all fits. */
function writeToBlock(
  block: Uint8Array<ArrayBuffer>,
  { name, field }: Change,
): boolean {
  const room = field[1] - field[0];
  const prefix = field === FIELD.name
    ? prefixField(formatOf(block))
    : undefined;
  const prefixRoom = prefix === undefined ? 0 : prefix[1] - prefix[0];
  const split = name.length > room ? splitName(name, room, prefixRoom) : 0;
  writeBytes(block, field, name.slice(split === 0 ? 0 : split + 1));
  if (prefix !== undefined) writeBytes(block, prefix, name.slice(0, split));
  return split > 0 || name.length <= room;
}

/** The slash at which a name is split into prefix and rest; 0 if none fits. */
function splitName(name: string, room: number, prefixRoom: number): number {
  const slash = name.lastIndexOf("/", Math.min(prefixRoom, name.length - 2));
  return slash > 0 && name.length - slash - 1 <= room ? slash : 0;
}

function writeBytes(
  block: Uint8Array<ArrayBuffer>,
  field: Field,
  name: string,
): void {
  const target = fieldOf(block, field);
  target.fill(0);
  target.set(bytesOf(name.slice(0, target.length)));
}

/** An extension under the new name; itself if it does not carry the name. */
function replaceName(
  extension: TarExtension,
  { name, longType, paxKeys }: Change,
): TarExtension {
  if (extension.type === longType) return longNameExtension(longType, name);
  if (extension.type !== "x") return extension;
  const carries = (key: string) => paxKeys.includes(key);
  if (!extension.records.some(({ key }) => carries(key))) return extension;
  return replaceRecords(
    extension,
    extension.records.map((r) => carries(r.key) ? paxRecord(r.key, name) : r),
  );
}

function addName(
  extensions: readonly TarExtension[],
  { name, longType, paxKeys }: Change,
  gnu: boolean,
): readonly TarExtension[] {
  if (gnu) return [...extensions, longNameExtension(longType, name)];
  const record = paxRecord(paxKeys[0], name);
  const last = extensions.findLast((extension) => extension.type === "x");
  if (last?.type !== "x") return [...extensions, paxExtension([record])];
  const extended = replaceRecords(last, [...last.records, record]);
  return extensions.map((old) => old === last ? extended : old);
}
