const encoder = new TextEncoder();

/** Writes what a command is for to the standard output. */
export async function print(text: string): Promise<void> {
  await writeAll(Deno.stdout, text);
}

/** Writes what went wrong to the standard error output. */
export async function printError(text: string): Promise<void> {
  await writeAll(Deno.stderr, text);
}

/** Where something can be written, piece by piece. */
interface Sink {
  write(bytes: Uint8Array): Promise<number>;
}

/** What nobody reads any more is dropped: the exit code still tells. */
async function writeAll(sink: Sink, text: string): Promise<void> {
  let rest = encoder.encode(text);
  try {
    while (rest.length > 0) rest = rest.subarray(await sink.write(rest));
  } catch (error) {
    if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
  }
}
