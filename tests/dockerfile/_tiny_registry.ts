import { encodeHex } from "@std/encoding";

/** One manifest that an engine asked for. */
export interface ManifestRequest {
  /** The repository, without the registry's host. */
  readonly repository: string;
  /** A tag or a digest. */
  readonly reference: string;
}

interface Blob {
  readonly digest: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly type: string;
}

const MANIFEST = "application/vnd.docker.distribution.manifest.v2+json";
const CONFIG = "application/vnd.docker.container.image.v1+json";
const LAYER = "application/vnd.docker.image.rootfs.diff.tar.gzip";

/**
 * A registry on loopback that has every image one could ask for, all of them
 * the same: one file, `/f`. It notes what is asked for.
 */
export class TinyRegistry implements AsyncDisposable {
  /** What was asked for, in order, with repetitions. */
  readonly requests: ManifestRequest[] = [];
  readonly #blobs: ReadonlyMap<string, Blob>;
  readonly #manifest: Blob;
  readonly #server: Deno.HttpServer<Deno.NetAddr>;

  private constructor(manifest: Blob, blobs: readonly Blob[]) {
    this.#manifest = manifest;
    this.#blobs = new Map(blobs.map((blob) => [blob.digest, blob]));
    this.#server = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen: () => {} },
      (request) => this.#answer(request),
    );
  }

  static async start(): Promise<TinyRegistry> {
    const tar = tarOf("f", crypto.randomUUID());
    const layer = await blobOf(await gzip(tar), LAYER);
    const config = await jsonBlob({
      architecture: "amd64",
      os: "linux",
      config: { Labels: { test: crypto.randomUUID() } },
      rootfs: { type: "layers", diff_ids: [await digestOf(tar)] },
    }, CONFIG);
    const describe = ({ digest, bytes, type }: Blob) => ({
      mediaType: type,
      size: bytes.length,
      digest,
    });
    const manifest = await jsonBlob({
      schemaVersion: 2,
      mediaType: MANIFEST,
      config: describe(config),
      layers: [describe(layer)],
    }, MANIFEST);
    return new TinyRegistry(manifest, [layer, config]);
  }

  /** `127.0.0.1:port`, as it stands in an image's name. */
  get host(): string {
    return `127.0.0.1:${this.#server.addr.port}`;
  }

  /** The digest of its one manifest. */
  get digest(): string {
    return this.#manifest.digest;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.shutdown();
  }

  #answer({ url, method }: Request): Response {
    const { pathname } = new URL(url);
    if (pathname === "/v2/") return Response.json({});
    const [, repository = "", kind, reference = ""] =
      /^\/v2\/(.+)\/(manifests|blobs)\/([^/]+)$/.exec(pathname) ?? [];
    if (kind === "manifests") this.requests.push({ repository, reference });
    const blob = kind === "manifests"
      ? this.#manifest
      : this.#blobs.get(reference);
    if (blob === undefined) return new Response(null, { status: 404 });
    return new Response(method === "HEAD" ? null : blob.bytes, {
      headers: {
        "Content-Type": blob.type,
        "Content-Length": `${blob.bytes.length}`,
        "Docker-Content-Digest": blob.digest,
      },
    });
  }
}

async function digestOf(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const hash = await crypto.subtle.digest("SHA-256", bytes);
  return `sha256:${encodeHex(new Uint8Array(hash))}`;
}

async function blobOf(
  bytes: Uint8Array<ArrayBuffer>,
  type: string,
): Promise<Blob> {
  return { digest: await digestOf(bytes), bytes, type };
}

function jsonBlob(value: unknown, type: string): Promise<Blob> {
  return blobOf(new TextEncoder().encode(JSON.stringify(value)), type);
}

async function gzip(
  bytes: Uint8Array<ArrayBuffer>,
): Promise<Uint8Array<ArrayBuffer>> {
  const packed = new Response(bytes).body?.pipeThrough(
    new CompressionStream("gzip"),
  );
  return new Uint8Array(await new Response(packed).arrayBuffer());
}

/** A tar (POSIX.1-1988) of one file. */
function tarOf(name: string, text: string): Uint8Array<ArrayBuffer> {
  const tar = new Uint8Array(4 * 512);
  const write = (at: number, value: string) =>
    new TextEncoder().encodeInto(value, tar.subarray(at));
  write(0, name);
  write(100, "0000644\0");
  write(108, "0000000\0");
  write(116, "0000000\0");
  write(124, `${text.length.toString(8).padStart(11, "0")}\0`);
  write(136, "00000000000\0");
  write(148, "        ");
  write(156, "0");
  write(257, "ustar\x0000");
  const sum = tar.reduce((total, byte) => total + byte, 0);
  write(148, `${sum.toString(8).padStart(6, "0")}\0 `);
  write(512, text);
  return tar;
}
