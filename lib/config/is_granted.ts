/** Whether Deno lets this program do something, without asking anybody. */
export async function isGranted(
  permission: Deno.PermissionDescriptor,
): Promise<boolean> {
  const { state } = await Deno.permissions.query(permission);
  return state === "granted";
}
