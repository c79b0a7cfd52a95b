import { ZipFields } from "./fields.ts";

/** Blocks of an extra field that matter (APPNOTE 4.5, Info-ZIP). */
export const EXTRA = {
  zip64: 0x0001,
  time: 0x5455,
  unicodePath: 0x7075,
} as const;

/** Takes an extra field apart, by the number of the block. */
export function parseExtra(
  bytes: Uint8Array<ArrayBuffer>,
): ReadonlyMap<number, Uint8Array<ArrayBuffer>> {
  const blocks = new Map<number, Uint8Array<ArrayBuffer>>();
  const fields = new ZipFields(bytes);
  for (let at = 0; at + 4 <= bytes.length;) {
    const end = at + 4 + fields.uint16(at + 2);
    // Some writers pad the field with zeros or leave its last block open.
    if (end > bytes.length) break;
    blocks.set(fields.uint16(at), bytes.subarray(at + 4, end));
    at = end;
  }
  return blocks;
}

/** Time of the last change as Unix tools note it, in seconds since 1970. */
export function unixTime(
  block: Uint8Array<ArrayBuffer> | undefined,
): number | undefined {
  const flags = block?.[0] ?? 0;
  if (block === undefined || block.length < 5 || (flags & 1) === 0) {
    return undefined;
  }
  return new ZipFields(block).int32(1);
}

/** MS-DOS's time, in seconds since 1970; its time zone, which is unknown, UTC. */
export function dosTime(date: number, time: number): number {
  const milliseconds = Date.UTC(
    1980 + (date >> 9),
    (date >> 5 & 15) - 1,
    date & 31,
    time >> 11,
    time >> 5 & 63,
    (time & 31) * 2,
  );
  return Math.max(milliseconds / 1000, 0);
}
