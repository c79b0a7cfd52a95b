import { BuildFailure } from "../build/failure.ts";

/** What people and init systems ask of a running worker. */
export interface StopSignals extends Disposable {
  /** Aborts with the first signal: finish the running build, then leave. */
  readonly drain: AbortSignal;
  /**
   * Aborts with the second, or when the running build takes too long after the
   * first: cancel it.
   */
  readonly cancel: AbortSignal;
  /** Settles with the third: give everything up. */
  readonly force: Promise<void>;
  /** Whether there has been a second one. */
  readonly isForced: boolean;
}

/** Options of {@linkcode listenToSignals}. */
export interface StopSignalsOptions {
  /**
   * How long a build may still run after the first signal, in milliseconds.
   * Default: as long as it takes.
   */
  readonly drainTimeout?: number | undefined;
  /** Told of each signal with its number, from 1. */
  readonly onSignal?: (count: number) => void;
  /** Told when `drainTimeout` is over. */
  readonly onDrainTimeout?: () => void;
}

/**
 * A terminal's Ctrl-C reaches the program at once and again by way of a
 * `deno task` that started it, a millisecond later (Deno 2.9): nobody asks
 * twice within this time, in milliseconds.
 */
const ECHO = 20;

/** Listens to SIGTERM and SIGINT until it is disposed. */
export function listenToSignals(
  { drainTimeout, onSignal = () => {}, onDrainTimeout = () => {} }:
    StopSignalsOptions = {},
): StopSignals {
  const drain = new AbortController();
  const cancel = new AbortController();
  const { promise: force, resolve } = Promise.withResolvers<void>();
  let count = 0;
  let draining: ReturnType<typeof setTimeout> | undefined;
  const stopBuilds = () =>
    cancel.abort(
      new BuildFailure("internal_error", "The build worker was stopped"),
    );
  let last = -Infinity;
  const handle = () => {
    count++;
    onSignal(count);
    drain.abort(new DOMException("The worker was asked to stop", "AbortError"));
    if (count === 1 && drainTimeout !== undefined) {
      draining = setTimeout(() => {
        onDrainTimeout();
        stopBuilds();
      }, drainTimeout);
    }
    if (count >= 2) {
      clearTimeout(draining);
      stopBuilds();
    }
    if (count >= 3) resolve();
  };
  const handleInterrupt = () => {
    const isEcho = performance.now() - last < ECHO;
    last = performance.now();
    if (!isEcho) handle();
  };
  Deno.addSignalListener("SIGTERM", handle);
  Deno.addSignalListener("SIGINT", handleInterrupt);
  return {
    drain: drain.signal,
    cancel: cancel.signal,
    force,
    get isForced() {
      return count >= 2;
    },
    [Symbol.dispose]() {
      clearTimeout(draining);
      Deno.removeSignalListener("SIGTERM", handle);
      Deno.removeSignalListener("SIGINT", handleInterrupt);
    },
  };
}
