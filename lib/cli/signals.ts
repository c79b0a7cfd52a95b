import { BuildFailure } from "../build/failure.ts";

/** What people and init systems ask of a running worker. */
export interface StopSignals extends Disposable {
  /** Aborts with the first signal: finish the running build, then leave. */
  readonly drain: AbortSignal;
  /** Aborts with the second: cancel the running build. */
  readonly cancel: AbortSignal;
  /** Settles with the third: give everything up. */
  readonly force: Promise<void>;
}

const SIGNALS = ["SIGTERM", "SIGINT"] as const;

/** Listens to SIGTERM and SIGINT until it is disposed. */
export function listenToSignals(
  onSignal: (count: number) => void = () => {},
): StopSignals {
  const drain = new AbortController();
  const cancel = new AbortController();
  const { promise: force, resolve } = Promise.withResolvers<void>();
  let count = 0;
  const handle = () => {
    count++;
    onSignal(count);
    drain.abort(new DOMException("The worker was asked to stop", "AbortError"));
    if (count >= 2) {
      cancel.abort(
        new BuildFailure("internal_error", "The build worker was stopped"),
      );
    }
    if (count >= 3) resolve();
  };
  for (const signal of SIGNALS) Deno.addSignalListener(signal, handle);
  return {
    drain: drain.signal,
    cancel: cancel.signal,
    force,
    [Symbol.dispose]() {
      for (const signal of SIGNALS) Deno.removeSignalListener(signal, handle);
    },
  };
}
