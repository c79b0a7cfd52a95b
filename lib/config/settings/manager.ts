import { realm, text, timeout, url } from "../value.ts";
import type { SettingGroup } from "./setting.ts";

/** Which Build Manager the worker serves, and as what. */
export const MANAGER_SETTINGS = {
  ENDPOINT: {
    parse: url("ws:", "wss:"),
    help: "Address of the Build Manager, used as it is",
    example: "ws://quay.example.com:8787",
  },
  SERVER: {
    parse: url("ws:", "wss:"),
    help:
      "Address of the Quay server; `/b1/socket` is added. Used when `ENDPOINT` is empty",
    example: "wss://quay.example.com:8787",
  },
  REALM: {
    parse: realm,
    help: "Realm of the one build to run; makes the worker a hosted one",
    example: "builder-realm",
  },
  TOKEN: {
    parse: text,
    help: "Token of that build; required with `REALM`",
    example: "sometoken",
    secret: true,
  },
  MANAGER_TIMEOUT: {
    parse: timeout,
    help:
      "How long the Build Manager may take for an answer about a build, before its session counts as lost; one that answers nothing at all is noticed within 20 s",
    example: "2m",
    default: "1m",
  },
} as const satisfies SettingGroup;
