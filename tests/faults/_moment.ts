import { type Phase, PHASES } from "../../lib/manager/manager.ts";

/** Where in a worker's life a fault can strike. */
export type Moment = "idle" | "registering" | Phase;

/** Every moment, in the order of a worker's life. */
export const MOMENTS: readonly Moment[] = ["registering", "idle", ...PHASES];
