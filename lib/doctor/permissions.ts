import {
  certificatePermissions,
  neededPermissions,
} from "../config/needed_permissions.ts";
import { settingSource } from "../config/setting_flag.ts";
import { workerMay } from "./_worker_permissions.ts";
import { type Check, ok, wrong } from "./check.ts";

/** Whether Deno lets a worker use what the settings name. */
export const PERMISSIONS: Check = {
  name: "permissions",
  async *look({ config }) {
    const told = new Set<string>();
    const all = [
      ...neededPermissions(config),
      ...certificatePermissions(config),
    ];
    for (const needed of all) {
      const { setting, permission, use, expected } = needed;
      if (told.has(setting) || await workerMay(permission)) continue;
      // Who may not read a file may not write it, either.
      told.add(setting);
      yield wrong(
        `${settingSource(setting, config.flags)}: a worker may not ${use}`,
        `Expected ${expected}. Where that is how the worker is started, start the doctor with the same permissions`,
      );
    }
    if (told.size === 0) yield ok("a worker may use what the settings name");
  },
};
