/** CRC-32 as bzip2 has it: the most significant bit first (not zlib's). */
const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 24;
  for (let bit = 0; bit < 8; bit++) {
    crc = crc < 0 ? crc << 1 ^ 0x04c11db7 : crc << 1;
  }
  return crc;
});

/** Where a checksum begins. */
export const INITIAL_CHECKSUM = 0xffffffff;

/** Goes on with a checksum; the last one is complemented by the caller. */
export function updateChecksum(checksum: number, bytes: Uint8Array): number {
  let crc = checksum;
  for (const byte of bytes) {
    crc = crc << 8 ^ (TABLE[crc >>> 24 ^ byte] ?? 0);
  }
  return crc >>> 0;
}
