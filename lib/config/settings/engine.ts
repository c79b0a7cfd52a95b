import { size, text } from "../value.ts";
import type { SettingGroup } from "./setting.ts";

/** The Docker Engine that builds, and its disk. */
export const ENGINE_SETTINGS = {
  DOCKER_HOST: {
    parse: text,
    help: "Address of the Docker Engine",
    example: "unix:///var/run/docker.sock",
    default: "unix:///var/run/docker.sock",
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
