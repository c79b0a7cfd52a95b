import { ContextError, type ContextErrorKind } from "../error.ts";
import { quoteName } from "../path.ts";

/** An error about a zip archive, or one entry of it. */
export function zipError(
  kind: ContextErrorKind,
  detail: string,
  options: ErrorOptions & { readonly name?: string } = {},
): ContextError {
  const { name, ...rest } = options;
  const place = name === undefined ? "" : ` (${quoteName(name)})`;
  return new ContextError(
    kind,
    `Cannot read the zip archive: ${detail}${place}`,
    rest,
  );
}
