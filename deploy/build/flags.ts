/**
 * Prints what a compiled worker has of Deno's flags, its permissions among
 * them, one a line.
 *
 * @module
 */
import { compiledPermissions } from "../../lib/config/permissions.ts";
import { RUNTIME_FLAGS } from "../../lib/config/runtime_flags.ts";

const flags = [...RUNTIME_FLAGS, ...compiledPermissions()];

await Deno.stdout.write(new TextEncoder().encode(`${flags.join("\n")}\n`));
