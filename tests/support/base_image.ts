import { randomBytes } from "node:crypto";
import { join } from "node:path";
import type { EngineClient } from "../../lib/engine/client.ts";
import { removeImage } from "../../lib/engine/remove_image.ts";

/** Options of {@linkcode BaseImage.make}. */
export interface BaseImageOptions {
  /** `name:tag`. Default: a name of its own. */
  name?: string;
  /** Bytes in it that cannot be compressed. Default: none. */
  ballast?: number | undefined;
}

/**
 * A small image with a shell and the usual commands, made on the engine from
 * this machine's static busybox. It has an ID and a layer of its own each time:
 * of an image whose layers are all there, an engine leaves one without a name
 * when its pull is aborted (20.10), which nobody can know for the puller's.
 */
export class BaseImage implements AsyncDisposable {
  /** `name:tag` */
  readonly name: string;
  readonly #client: EngineClient;

  private constructor(client: EngineClient, name: string) {
    this.#client = client;
    this.name = name;
  }

  /** Imports the image into the engine. */
  static async make(
    client: EngineClient,
    options: BaseImageOptions = {},
  ): Promise<BaseImage> {
    const name = options.name ??
      `quay-builder-test/base-${crypto.randomUUID()}:latest`;
    const colon = name.lastIndexOf(":");
    const query = new URLSearchParams({
      fromSrc: "-",
      repo: name.slice(0, colon),
      tag: name.slice(colon + 1),
    });
    query.append("changes", 'CMD ["/bin/sh"]');
    const response = await client.request({
      action: `import image "${name}"`,
      method: "POST",
      path: "/images/create",
      query,
      headers: { "Content-Type": "application/x-tar" },
      body: new Blob([await packRoot(options.ballast)]).stream(),
    });
    const answer = await response.text();
    if (!answer.includes("sha256:")) throw new Error(answer);
    return new BaseImage(client, name);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await removeImage(this.#client, this.name, { force: true });
  }
}

/** A tar of a root directory: busybox, its commands as links, and some more. */
async function packRoot(ballast = 0): Promise<Uint8Array<ArrayBuffer>> {
  const root = await Deno.makeTempDir({ prefix: "test-base-image-" });
  try {
    for (const directory of ["bin", "etc", "root", "tmp"]) {
      await Deno.mkdir(join(root, directory));
    }
    const busybox = join(root, "bin/busybox");
    await Deno.copyFile("/bin/busybox", busybox);
    const commands = new TextDecoder().decode(await run(busybox, ["--list"]));
    for (const command of commands.trim().split("\n")) {
      if (command === "busybox") continue;
      await Deno.symlink("busybox", join(root, "bin", command));
    }
    await Deno.writeTextFile(
      join(root, "etc/passwd"),
      "root:x:0:0:root:/root:/bin/sh\n",
    );
    await Deno.writeTextFile(join(root, "etc/hostname"), crypto.randomUUID());
    await Deno.writeFile(join(root, "root/ballast"), randomBytes(ballast));
    await Deno.chmod(join(root, "tmp"), 0o1777);
    const files = ["-C", root, "--owner=0", "--group=0", "."];
    return await run("tar", ["-c", ...files]);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

async function run(
  program: string,
  args: string[],
): Promise<Uint8Array<ArrayBuffer>> {
  const { success, stdout, stderr } = await new Deno.Command(program, { args })
    .output();
  if (!success) {
    throw new Error(`${program}: ${new TextDecoder().decode(stderr)}`);
  }
  return stdout;
}
