/** Bytes that are given at a time. */
const PIECE_SIZE = 128 * 1024;

/** Of a run, this many bytes stand there, and the rest of it as a number. */
const RUN_START = 4;

/**
 * Undoes the runs that bzip2 shortens before anything else: after four equal
 * bytes stands how many more there are. It bounds memory: a block may unpack to
 * fifty times its size, piece by piece.
 */
export function* expandRuns(
  bytes: Uint8Array<ArrayBuffer>,
): Generator<Uint8Array<ArrayBuffer>, void> {
  let piece = new Uint8Array(PIECE_SIZE);
  let size = 0;
  let last = -1;
  let run = 0;
  for (const byte of bytes) {
    // The longest run must still have room.
    if (size > PIECE_SIZE - 256) {
      yield piece.subarray(0, size);
      piece = new Uint8Array(PIECE_SIZE);
      size = 0;
    }
    if (run === RUN_START) {
      piece.fill(last, size, size + byte);
      size += byte;
      run = 0;
      last = -1;
      continue;
    }
    run = byte === last ? run + 1 : 1;
    last = byte;
    piece[size++] = byte;
  }
  yield piece.subarray(0, size);
}
