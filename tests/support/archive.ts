import { dirname, join } from "node:path";

/** How a package is packed. */
export type ArchiveFormat = "tar" | "tar.gz" | "zip";

/** The content type that each format is announced with. */
export const CONTENT_TYPES: Readonly<Record<ArchiveFormat, string>> = {
  "tar": "application/x-tar",
  "tar.gz": "application/gzip",
  "zip": "application/zip",
};

/** Packs files, given as path and text, with the machine's own tools. */
export async function pack(
  files: Readonly<Record<string, string>>,
  format: ArchiveFormat,
): Promise<Uint8Array<ArrayBuffer>> {
  const directory = await Deno.makeTempDir();
  try {
    for (const [path, text] of Object.entries(files)) {
      const file = join(directory, path);
      await Deno.mkdir(dirname(file), { recursive: true });
      await Deno.writeTextFile(file, text);
    }
    const [program, ...args] = format === "zip"
      ? ["zip", "-qr", "-", "."]
      : ["tar", format === "tar" ? "-cf" : "-czf", "-", "."];
    const { success, stdout, stderr } = await new Deno.Command(program, {
      args,
      cwd: directory,
    }).output();
    if (!success) throw new Error(new TextDecoder().decode(stderr));
    return stdout;
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}
