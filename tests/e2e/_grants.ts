/** One thing that a flag allows: a path, a program, a variable; or all. */
export interface Grant {
  readonly flag: string;
  readonly item?: string;
}

/** Every single thing that flags of Deno allow. */
export function grantsOf(permissions: readonly string[]): Grant[] {
  return permissions.flatMap((permission): Grant[] => {
    const [flag = "", items] = permission.split("=");
    return items?.split(",").map((item) => ({ flag, item })) ?? [{ flag }];
  });
}

/** The same permissions but one. */
export function without(
  permissions: readonly string[],
  taken: Grant,
): string[] {
  const kept = Map.groupBy(
    grantsOf(permissions).filter(({ flag, item }) =>
      flag !== taken.flag || item !== taken.item
    ),
    ({ flag }) => flag,
  );
  return [...kept].map(([flag, grants]) => {
    const items = grants.flatMap(({ item }) => item ?? []);
    return items.length > 0 ? `${flag}=${items.join(",")}` : flag;
  });
}
