import { count, duration } from "../value.ts";
import type { SettingGroup } from "./setting.ts";

/** The worker's own life. */
export const WORKER_SETTINGS = {
  BUILDERS: {
    parse: count,
    help:
      "Builders in this process, each with a realm of its own; a hosted worker has one",
    example: "4",
    default: "1",
  },
  DRAIN_TIMEOUT: {
    parse: duration,
    help:
      "How long a running build may still take once the worker is asked to stop; then it is cancelled. Without it, as long as it takes",
    example: "30m",
  },
} as const satisfies SettingGroup;
