/**
 * Sends a package's context once, to a unix socket, and prints the most memory
 * that this process ever had resident, in MiB: `_context_memory.ts PACKAGE
 * CONTEXT SOCKET`.
 */
import { openBuildContext } from "../lib/context/context.ts";
import { openPackage } from "../lib/context/package.ts";
import { Spool } from "../lib/context/spool.ts";
import { post } from "./_post.ts";

const [path = "", context = "", socket = ""] = Deno.args;
const spool = await Spool.from((await Deno.open(path)).readable);
await using source = await openPackage(spool);
const { stream } = await openBuildContext(source, { context });
await post(socket, stream());
const status = await Deno.readTextFile("/proc/self/status");
const peak = Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1]) / 1024;
await Deno.stdout.write(new TextEncoder().encode(`${Math.round(peak)}\n`));
