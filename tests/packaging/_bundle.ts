import { fileURLToPath } from "node:url";

const SCRIPT = fileURLToPath(
  new URL("../../deploy/build/bundle.sh", import.meta.url),
);

/**
 * Makes a bundle of the worker, of the commit `c0ffee`.
 *
 * @returns its directory, `bundle` in the one that is given
 */
export async function makeBundle(directory: string): Promise<string> {
  const bundle = `${directory}/bundle`;
  const { success, stderr } = await new Deno.Command(SCRIPT, {
    args: [bundle],
    env: { DENO: Deno.execPath(), COMMIT: "c0ffee" },
  }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  return bundle;
}
