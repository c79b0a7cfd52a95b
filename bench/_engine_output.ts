/**
 * A build's message stream as the engine sends it, in chunks of 64 KiB: a step
 * every 1,000 lines, the others about 70 characters long.
 */
export function engineOutput(lines: number): Uint8Array[] {
  const messages = Array.from({ length: lines }, (_, line) => {
    const stream = line % 1_000 === 0
      ? `Step ${line / 1_000 + 1}/${Math.ceil(lines / 1_000)} : RUN make\n`
      : `[${line}] cc -O2 -Wall -c src/part_${line}.c -o build/part_${line}.o\n`;
    return `${JSON.stringify({ stream })}\r\n`;
  });
  const bytes = new TextEncoder().encode(messages.join(""));
  const size = 64 * 1024;
  return Array.from(
    { length: Math.ceil(bytes.length / size) },
    (_, chunk) => bytes.subarray(chunk * size, (chunk + 1) * size),
  );
}
