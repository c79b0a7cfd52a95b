import { text } from "../value.ts";
import type { SettingGroup } from "./setting.ts";

/** The Docker Engine that builds. */
export const ENGINE_SETTINGS = {
  DOCKER_HOST: {
    parse: text,
    help: "Address of the Docker Engine",
    example: "unix:///var/run/docker.sock",
    default: "unix:///var/run/docker.sock",
  },
} as const satisfies SettingGroup;
