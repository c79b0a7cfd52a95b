/** Knows when the terminal that this program runs on is closed. */
export interface Hangup extends Disposable {
  /** Aborts then. */
  readonly signal: AbortSignal;
}

/**
 * Listens to SIGHUP until it is disposed. Also where that was to be ignored, as
 * nohup(1) has it: only `/proc/self/status` tells (proc(5), `SigIgn`), which
 * Deno (2.9) gives to nobody but with every permission.
 */
export function listenToHangup(): Hangup {
  const controller = new AbortController();
  const handle = () =>
    controller.abort(new DOMException("The terminal is closed", "AbortError"));
  Deno.addSignalListener("SIGHUP", handle);
  return {
    signal: controller.signal,
    [Symbol.dispose]: () => Deno.removeSignalListener("SIGHUP", handle),
  };
}
