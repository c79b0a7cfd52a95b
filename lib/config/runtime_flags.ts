/**
 * How Deno runs the worker, besides its permissions, as its flags. The log of a
 * build is garbage as soon as it is sent. V8 (Deno 2.9) lets each half of its
 * young generation, where that gathers, grow to 16 MiB, and with it all else;
 * a quarter of that takes a third off a worker's memory at its peak, and no
 * time that could be measured.
 */
export const RUNTIME_FLAGS: readonly string[] = [
  "--v8-flags=--max-semi-space-size=4",
];
