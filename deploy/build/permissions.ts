/**
 * Prints the permissions that a compiled worker has, one flag a line.
 *
 * @module
 */
import { gitPermissions } from "../../lib/config/permissions.ts";

await Deno.stdout.write(
  new TextEncoder().encode(`${gitPermissions().join("\n")}\n`),
);
