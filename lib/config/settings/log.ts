import { choice, size } from "../value.ts";
import type { SettingGroup } from "./setting.ts";

/** What the worker tells of itself and of its builds. */
export const LOG_SETTINGS = {
  LOG_LEVEL: {
    parse: choice("debug", "info", "warning", "error"),
    help: "Least severe lines of the worker's own log",
    example: "debug",
    default: "info",
  },
  LOG_FORMAT: {
    parse: choice("text", "json"),
    help:
      "Form of the worker's own log: `text` for people, `json` for machines",
    example: "json",
    default: "text",
  },
  BUILD_LOG_LIMIT: {
    parse: size,
    help: "Longest log of one build; past it the middle is left out",
    example: "64MiB",
    default: "32MiB",
  },
} as const satisfies SettingGroup;
