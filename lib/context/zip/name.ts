import { crc32 } from "node:zlib";
import { byteStringOf, decodeName, encodeName } from "../path.ts";
import { EXTRA } from "./extra.ts";
import { ZipFields } from "./fields.ts";

/** The upper half of code page 437, which is what zip's names are in. */
const CP437 =
  "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐" +
  "└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u00a0";

/** What a name's meaning depends on. */
export interface NameContext {
  /** Whether it is marked as UTF-8 (APPNOTE 4.4.4, bit 11). */
  readonly utf8: boolean;
  /** Whether a Unix tool made it, which takes names as they are. */
  readonly unix: boolean;
  readonly extra: ReadonlyMap<number, Uint8Array<ArrayBuffer>>;
}

/**
 * The name of an entry as a byte string of UTF-8, with slashes. Names that are
 * not marked are code page 437, but where they are valid UTF-8 they are meant so;
 * names from Unix tools are bytes that stay as they are.
 */
export function readZipName(
  bytes: Uint8Array<ArrayBuffer>,
  { utf8, unix, extra }: NameContext,
): string {
  const raw = byteStringOf(bytes);
  if (utf8) return raw;
  const unicode = unicodePath(bytes, extra.get(EXTRA.unicodePath));
  if (unicode !== undefined) return unicode;
  if (unix) return raw;
  const name = isUtf8(raw) ? raw : encodeName(decodeCp437(raw));
  // Some tools for Windows write its own separator, against APPNOTE 4.4.17.
  return name.includes("/") ? name : name.replaceAll("\\", "/");
}

/** Info-ZIP's second name; void when the first was changed without it. */
function unicodePath(
  name: Uint8Array<ArrayBuffer>,
  block: Uint8Array<ArrayBuffer> | undefined,
): string | undefined {
  if (block === undefined || block.length < 5) return undefined;
  const isCurrent = new ZipFields(block).uint32(1) === crc32(name);
  return isCurrent ? byteStringOf(block.subarray(5)) : undefined;
}

function isUtf8(raw: string): boolean {
  return encodeName(decodeName(raw)) === raw;
}

function decodeCp437(raw: string): string {
  return raw.replace(
    /[\x80-\xff]/g,
    (character) => CP437[character.charCodeAt(0) - 0x80] ?? "",
  );
}
