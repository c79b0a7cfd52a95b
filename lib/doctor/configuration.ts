import type { Mistake } from "../config/config_error.ts";
import { isGranted } from "../config/is_granted.ts";
import { type Setting, SETTINGS } from "../config/settings.ts";
import { nearest } from "../text/did_you_mean.ts";
import {
  type Check,
  type Finding,
  notPermitted,
  ok,
  warning,
  wrong,
} from "./check.ts";

/** Whether the settings can be used, and none was misspelt. */
export const CONFIGURATION: Check = {
  name: "configuration",
  async *look({ config: { mistakes, mode, endpoint } }) {
    yield* mistakes.map(toFinding);
    if (mistakes.length === 0 && mode && endpoint) {
      yield ok(
        mode.kind === "hosted"
          ? `a hosted worker for realm "${mode.realm}"`
          : "an enterprise worker",
      );
    }
    yield* await misspeltVariables();
  },
};

function toFinding({ setting, source, problem }: Mistake): Finding {
  return wrong(
    `${source}: ${problem}`,
    `For example ${source}=${SETTINGS[setting].example}`,
  );
}

/** Deno's own variables are left out: there are more than the worker reads. */
const KNOWN = Object.entries<Setting<unknown>>(SETTINGS)
  .flatMap(([name, { aliases = [] }]) => [name, ...aliases]);

/** Variables of others that look like the worker's: curl(1), docker(1). */
const FOREIGN = new Set(["FTP_PROXY", "ftp_proxy", "DOCKER_PORT"]);

/** A worker sees no variable but its own, and so cannot tell a misspelt one. */
async function misspeltVariables(): Promise<Finding[]> {
  if (!await isGranted({ name: "env" })) {
    return [notPermitted("misspelt variables", "--allow-env")];
  }
  const variables = Object.keys(Deno.env.toObject()).sort();
  return variables.flatMap((variable) => {
    if (FOREIGN.has(variable)) return [];
    const meant = nearest(variable, KNOWN);
    if (meant === undefined || variables.includes(meant)) return [];
    return [warning(
      `${variable} is set, and is no setting`,
      `If ${meant} was meant, rename it`,
    )];
  });
}
