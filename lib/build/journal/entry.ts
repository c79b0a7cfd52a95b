import type {
  HeldName,
  Holdings,
  MadeImage,
  MakingBuild,
} from "../holdings.ts";

/** A name and what it stood for when the entry was written. */
export interface JournaledName extends HeldName {
  /** The image's ID; `undefined` where there was none yet, or none is known. */
  readonly now: string | undefined;
}

/** One state of a worker's journal. */
export interface JournalEntry extends Holdings {
  readonly names: readonly JournaledName[];
}

/** Writes an entry as text. */
export function encodeEntry(entry: JournalEntry): string {
  return JSON.stringify(entry);
}

/** Reads an entry; `undefined` where it is none, as other versions may write. */
export function decodeEntry(text: string): JournalEntry | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const isEntry = isRecord(value) && isListOf(value["names"], isName) &&
    isListOf(value["made"], isMade) && isListOf(value["builds"], isBuild);
  return isEntry ? value as unknown as JournalEntry : undefined;
}

type Fields = Readonly<Record<string, unknown>>;

function isRecord(value: unknown): value is Fields {
  return typeof value === "object" && value !== null;
}

function isListOf(list: unknown, isItem: (item: Fields) => boolean): boolean {
  return Array.isArray(list) &&
    list.every((item) => isRecord(item) && isItem(item));
}

function isName(item: Fields): item is Fields & JournaledName {
  return isText(item["name"]) && isMaybeText(item["before"]) &&
    isMaybeText(item["now"]);
}

function isMade(item: Fields): item is Fields & MadeImage {
  return isText(item["id"]) && typeof item["madeSince"] === "number";
}

function isBuild(item: Fields): item is Fields & MakingBuild {
  return typeof item["began"] === "number" && isTexts(item["images"]) &&
    isTexts(item["containers"]);
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}

function isMaybeText(value: unknown): boolean {
  return value === undefined || isText(value);
}

function isTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every(isText);
}
