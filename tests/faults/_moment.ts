import type { Phase } from "../../lib/manager/manager.ts";

/** The phases of a build that has a base image and a cache tag. */
export const PHASES = [
  "unpacking",
  "pulling",
  "checking-cache",
  "priming-cache",
  "building",
  "pushing",
] as const satisfies readonly Phase[];

/** Where in a worker's life a fault can strike. */
export type Moment = "idle" | "registering" | Phase;

/** Every moment, in the order of a worker's life. */
export const MOMENTS: readonly Moment[] = ["registering", "idle", ...PHASES];
