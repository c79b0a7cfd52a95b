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
  const { state: reading } = await Deno.permissions.query({ name: "read" });
  if (reading === "granted") return isGrantedBy(gitPermissions(), permission);
  const { state } = await Deno.permissions.query(permission);
  return state === "granted";
}
