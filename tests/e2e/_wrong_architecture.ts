import type { EngineClient } from "../../lib/engine/client.ts";
import { importImage } from "../../lib/engine/import_image.ts";
import { pushImage } from "../../lib/engine/push.ts";
import { removeImage } from "../../lib/engine/remove_image.ts";

/** `e_machine` of processors (ELF specification, gABI). */
const AARCH64 = 183;
const X86_64 = 62;

/**
 * Pushes an image whose shell is for another kind of processor than this
 * machine's, as an image of another platform is.
 */
export async function pushForeignImage(
  engine: EngineClient,
  name: string,
): Promise<void> {
  const directory = await Deno.makeTempDir();
  try {
    await Deno.mkdir(`${directory}/bin`);
    const shell = new Uint8Array(128);
    // The header of a 64-bit, little-endian, executable file.
    shell.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
    const machine = Deno.build.arch === "x86_64" ? AARCH64 : X86_64;
    shell.set([2, 0, machine, 0, 1], 16);
    await Deno.writeFile(`${directory}/bin/sh`, shell, { mode: 0o755 });
    const { stdout } = await new Deno.Command("tar", {
      args: ["-c", "-C", directory, "."],
    }).output();
    await importImage(engine, new Blob([stdout]).stream(), { as: name });
    await pushImage(engine, name);
    await removeImage(engine, name, { force: true });
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}
