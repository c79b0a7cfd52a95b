/**
 * Prints the permissions that a compiled worker has, one flag a line.
 *
 * @module
 */
import { compiledPermissions } from "../../lib/config/permissions.ts";

await Deno.stdout.write(
  new TextEncoder().encode(`${compiledPermissions().join("\n")}\n`),
);
