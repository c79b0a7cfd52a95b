/**
 * Measures the worker against plain tools on this machine, and prints ratios
 * beside the budgets that they must keep.
 *
 * `deno task bench [NAME…]` runs the named ones alone.
 *
 * @module
 */
import { main as build } from "./build_bench.ts";
import { main as context } from "./context_bench.ts";
import { main as git } from "./git_bench.ts";
import { main as log } from "./log_bench.ts";
import { main as redaction } from "./redaction_bench.ts";
import { main as worker } from "./worker_bench.ts";

const BENCHES: Readonly<Record<string, () => Promise<void>>> = {
  context,
  redaction,
  git,
  log,
  build,
  worker,
};

if (import.meta.main) {
  const names = Deno.args.length > 0 ? Deno.args : Object.keys(BENCHES);
  for (const name of names) {
    const bench = BENCHES[name];
    if (bench === undefined) {
      throw new TypeError(
        `Cannot run bench "${name}": there are ${
          Object.keys(BENCHES).join(", ")
        }`,
      );
    }
    await bench();
  }
}
