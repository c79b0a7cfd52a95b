import { count, duration, size } from "../value.ts";
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
  DISK_FLOOR: {
    parse: size,
    help:
      "Least free space on the engine's disk; below it, the worker takes no builds. `0`: never mind",
    example: "10GiB",
    default: "1GiB",
  },
  DISK_SIZE: {
    parse: size,
    help:
      "Size of the engine's disk, where the engine does not tell how much is free: what its images, containers, volumes and build cache take is counted against it",
    example: "100GiB",
  },
} as const satisfies SettingGroup;
