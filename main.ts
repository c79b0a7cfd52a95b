/**
 * The program: a build worker for Quay, started from its environment. The only
 * place that ends the process.
 *
 * @module
 */
import { work } from "./lib/cli/work.ts";

if (import.meta.main) Deno.exit(await work(Deno.args));
