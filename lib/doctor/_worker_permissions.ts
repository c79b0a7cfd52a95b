import { isGranted } from "../config/is_granted.ts";
import { isGrantedBy } from "../config/is_granted_by.ts";
import { gitPermissions } from "../config/permissions.ts";

/**
 * Whether a worker has a permission of Deno's. The doctor usually has more: it
 * goes by those that a worker is started with as a rule. Where it may not read
 * every file, it was started like the worker, and goes by its own.
 */
export async function workerMay(
  permission: Deno.PermissionDescriptor,
): Promise<boolean> {
  return await isGranted({ name: "read" })
    ? isGrantedBy(gitPermissions(), permission)
    : await isGranted(permission);
}
