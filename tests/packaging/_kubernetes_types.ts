import { fileURLToPath } from "node:url";
import { TemporaryDirectory } from "../support/temporary_directory.ts";

const CONFIG = fileURLToPath(new URL("../../deno.json", import.meta.url));

/** A manifest, and what it is to be. */
export interface TypedManifest {
  /** Path and name of its type, as in `apps/v1.IDeployment`. */
  readonly type: `${string}.${string}`;
  readonly manifest: unknown;
}

/**
 * Checks manifests by Kubernetes' own definitions, of which `kubernetes-models`
 * makes types. Types, unlike its validators, know no other fields.
 *
 * @returns what is wrong with them, nothing if they are right
 */
export async function kubernetesMistakes(
  manifests: readonly TypedManifest[],
): Promise<string> {
  await using directory = await TemporaryDirectory.create();
  const file = `${directory.path}/manifests.ts`;
  const lines = manifests.map(({ type, manifest }, index) => {
    const [path, name] = type.split(".");
    const imported = `import("kubernetes-models/${path}").${name}`;
    return `export const _${index}: ${imported} = ${JSON.stringify(manifest)};`;
  });
  await Deno.writeTextFile(file, lines.join("\n"));
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["check", "--quiet", "--config", CONFIG, file],
    env: { NO_COLOR: "1" },
  }).output();
  return success ? "" : new TextDecoder().decode(stderr);
}
