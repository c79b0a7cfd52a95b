import { resolve } from "node:path";

/**
 * Whether flags of Deno give a permission. As Deno does (2.9), a file is taken
 * by its path alone, whatever links lead elsewhere.
 */
export function isGrantedBy(
  flags: readonly string[],
  permission: Deno.PermissionDescriptor,
): boolean {
  const option = `--allow-${permission.name}`;
  return flags.some((flag) => {
    if (flag === option) return true;
    if (!flag.startsWith(`${option}=`)) return false;
    const items = flag.slice(option.length + 1).split(",");
    return items.some((item) => covers(item, permission));
  });
}

function covers(item: string, permission: Deno.PermissionDescriptor): boolean {
  switch (permission.name) {
    case "read":
    case "write":
    case "ffi":
      return permission.path !== undefined &&
        isWithin(String(permission.path), item);
    case "run":
      return permission.command === item;
    case "env":
      return permission.variable === item;
    case "net":
    case "import":
      return permission.host === item;
    case "sys":
      return permission.kind === item;
  }
}

function isWithin(path: string, parent: string): boolean {
  return `${resolve(path)}/`.startsWith(`${resolve(parent)}/`);
}
