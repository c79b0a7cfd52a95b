/**
 * Puts a name or ID into the path of an endpoint, such as `/images/{name}/json`.
 * Names come from strangers' Dockerfiles, and must not lead to another endpoint.
 *
 * @throws {TypeError} when the name has a `.` or `..` between its slashes.
 */
export function endpointPath(
  collection: string,
  name: string,
  operation = "",
): string {
  const segments = name.split("/");
  if (segments.some((segment) => segment === "." || segment === "..")) {
    throw new TypeError(`Cannot use "${name}" as a name: it has a dot segment`);
  }
  return [collection, ...segments.map(encodeURIComponent)].join("/") +
    operation;
}
