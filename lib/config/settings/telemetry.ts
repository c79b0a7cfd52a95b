import { parseListenAddress } from "../../telemetry/listen_address.ts";
import type { SettingGroup } from "./setting.ts";

/** What the worker shows of itself to those who run it. */
export const TELEMETRY_SETTINGS = {
  LISTEN: {
    parse: parseListenAddress,
    help:
      "Address to serve `/healthz`, `/readyz` and `/metrics` on; nothing is served without it. `:9090` stands for every IPv4 address of the machine, `[::]:9090` for those of IPv6, too",
    example: "127.0.0.1:9090",
  },
} as const satisfies SettingGroup;
