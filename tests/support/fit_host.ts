import type { Host } from "../../lib/worker/host.ts";

/** For tests whose builds need no engine: it is always fit. */
export const fitHost: Host = {
  unfit: new AbortController().signal,
  lost: new AbortController().signal,
  look: () => Promise.resolve({ kind: "fit" }),
  answers: () => Promise.resolve(true),
  untilFit: () => Promise.resolve(),
};
