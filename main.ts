/**
 * The program: a build worker for Quay, and what helps to run it. The only place
 * that ends the process.
 *
 * @module
 */
import { runCommandLine } from "./lib/cli/run.ts";

if (import.meta.main) Deno.exit(await runCommandLine(Deno.args));
