/** Knows when the terminal that this program runs on is closed. */
export interface Hangup extends Disposable {
  /** Aborts then. */
  readonly signal: AbortSignal;
}

/** Listens to SIGHUP until it is disposed. */
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
