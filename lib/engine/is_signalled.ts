import { EngineStreamError } from "./errors.ts";

/**
 * Whether a signal ended a build's step, as its exit status tells: 128 and the
 * signal's number, of which Linux has 64 (signal(7)).
 */
export function isSignalled(error: unknown): boolean {
  if (!(error instanceof EngineStreamError)) return false;
  const signal = (error.code ?? 0) - 128;
  return signal >= 1 && signal <= 64;
}
