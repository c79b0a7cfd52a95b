import { fileURLToPath } from "node:url";
import { buildImage } from "../../lib/engine/build.ts";
import type { EngineClient } from "../../lib/engine/client.ts";
import { importImage } from "../../lib/engine/import_image.ts";
import { removeImage } from "../../lib/engine/remove_image.ts";
import { BaseImage } from "../support/base_image.ts";
import { TemporaryDirectory } from "../support/temporary_directory.ts";
import { makeBundle } from "./_bundle.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const AUTHORITIES = "/etc/ssl/certs/ca-certificates.crt";

/**
 * The payload in the two poorest images there are, made by the scripts that
 * the Dockerfiles run.
 */
export class PayloadImages implements AsyncDisposable {
  /** Nothing but the payload: no shell, no C library. */
  readonly alone: string;
  /**
   * Static busybox, finished as the image for RHEL is, which is laid out unlike
   * this machine.
   */
  readonly busybox: string;
  readonly #stack: AsyncDisposableStack;

  private constructor(
    names: Pick<PayloadImages, "alone" | "busybox">,
    stack: AsyncDisposableStack,
  ) {
    this.alone = names.alone;
    this.busybox = names.busybox;
    this.#stack = stack;
  }

  /** Makes a bundle, and the images of it; takes root. */
  static async make(engine: EngineClient): Promise<PayloadImages> {
    const name = `quay-builder-test/payload-${crypto.randomUUID()}`;
    const [alone, busybox] = [`${name}:alone`, `${name}:busybox`];
    await using directory = await TemporaryDirectory.create();
    await using stack = new AsyncDisposableStack();
    const context = await directory.directory("context");
    const scripts = ["deploy/image", "deploy/build/first_start.sh"];
    await run("cp", ["-R", "--parents", ...scripts, context], { cwd: ROOT });

    const bundle = await makeBundle(directory.path);
    const root = await directory.directory("root");
    await makePayload({ scripts: context, bundle, root });
    const layer = await run("tar", ["-c", "-C", root, "."]);
    await importImage(engine, layer, { as: alone });
    stack.defer(async () => void await removeImage(engine, alone));

    await using base = await BaseImage.make(engine);
    const dockerfile = await finishedLikeRhel(base.name, alone);
    await Deno.writeTextFile(`${context}/Dockerfile`, dockerfile);
    await Deno.copyFile(AUTHORITIES, `${context}/authorities.pem`);
    const files = await run("tar", ["-c", "-C", context, "."]);
    await buildImage(engine, files, { tags: [busybox] });
    stack.defer(async () => void await removeImage(engine, busybox));
    return new PayloadImages({ alone, busybox }, stack.move());
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#stack.disposeAsync();
  }
}

/** Makes the payload at its place, which only the script itself sees. */
async function makePayload(
  { scripts, bundle, root }: Record<"scripts" | "bundle" | "root", string>,
): Promise<void> {
  await Deno.mkdir(`${root}/opt`);
  await run("unshare", [
    ..."--mount sh -euc".split(" "),
    'mount --bind "$1" /opt; "$2/deploy/image/payload.sh" "$3" /opt/quay-builder',
    ...["sh", `${root}/opt`, scripts, bundle],
  ]);
}

/** The Dockerfile for RHEL from where the distribution's packages are there. */
async function finishedLikeRhel(
  base: string,
  payload: string,
): Promise<string> {
  const dockerfile = await Deno.readTextFile(`${ROOT}/Dockerfile.rhel7`);
  const end = dockerfile.indexOf("COPY deploy/image/install.sh");
  const extracted = "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem";
  return `FROM ${payload} AS payload
FROM ${base}
COPY authorities.pem ${extracted}
RUN mkdir -p /etc/pki/tls/certs && ln -s ${extracted} /etc/pki/tls/certs/ca-bundle.crt
${dockerfile.slice(end)}`;
}

/** Runs a program; gives what it prints. */
async function run(
  program: string,
  args: readonly string[],
  { cwd }: { readonly cwd?: string } = {},
): Promise<ReadableStream<Uint8Array>> {
  const { success, stdout, stderr } = await new Deno.Command(program, {
    args: [...args],
    ...(cwd !== undefined && { cwd }),
  }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  return new Blob([stdout]).stream();
}
