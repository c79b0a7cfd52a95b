const encoder = new TextEncoder();
const scratch = new Uint8Array(64 * 1024);

/** Bytes that a text has in UTF-8. */
export function utf8Length(text: string): number {
  let bytes = 0;
  for (let rest = text; rest !== "";) {
    const { read, written } = encoder.encodeInto(rest, scratch);
    bytes += written;
    rest = rest.slice(read);
  }
  return bytes;
}

/** A text's longest beginning of at most `bytes` in UTF-8, as code units. */
export function fittingLength(text: string, bytes: number): number {
  let fitting = 0;
  let left = bytes;
  for (;;) {
    const room = scratch.subarray(0, Math.min(left, scratch.length));
    const { read, written } = encoder.encodeInto(text.slice(fitting), room);
    if (read === 0) return fitting;
    fitting += read;
    left -= written;
  }
}
