import type { Logger } from "../../lib/telemetry/log.ts";

/** For tests that look at something other than the worker's own log. */
export const silentLogger: Logger = {
  debug: () => {},
  info: () => {},
  warning: () => {},
  error: () => {},
  with: () => silentLogger,
  hide: () => ({ [Symbol.dispose]: () => {} }),
};
