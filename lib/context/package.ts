import type { Compression } from "./compression.ts";
import { decompress } from "./decompress.ts";
import { DockerfileSource } from "./dockerfile_source.ts";
import { ContextError } from "./error.ts";
import { type ContextLimits, DEFAULT_LIMITS } from "./limits.ts";
import { quote } from "./path.ts";
import { sniff, SNIFF_LENGTH } from "./sniff.ts";
import type { CancelOptions, ContextSource } from "./source.ts";
import type { Spool } from "./spool.ts";
import { TarSource } from "./tar/source.ts";
import { ZipSource } from "./zip/source.ts";

/** Options of {@linkcode openPackage}. */
export interface PackageOptions extends CancelOptions {
  /** What the sender called it (`Content-Type`), if it did. */
  readonly contentType?: string;
  /** Default: {@linkcode DEFAULT_LIMITS}. */
  readonly limits?: Partial<ContextLimits>;
}

/** Types behind which any text may be; others must read like a Dockerfile. */
const TEXT_TYPES: readonly string[] = [
  "",
  "text/plain",
  "application/octet-stream",
  "binary/octet-stream",
];

/**
 * Opens a downloaded package: a tar archive, compressed or not, a zip archive,
 * or a plain Dockerfile. Its content says which; what the sender called it only
 * counts for text. The source owns the spool; so does this function if it fails.
 *
 * @throws {ContextError} kind `unsupported` when it is none of these.
 */
export async function openPackage(
  spool: Spool,
  options: PackageOptions = {},
): Promise<ContextSource> {
  try {
    return await identify(spool, options);
  } catch (error) {
    await spool[Symbol.asyncDispose]();
    throw error;
  }
}

async function identify(
  spool: Spool,
  { contentType = "", signal, ...options }: PackageOptions,
): Promise<ContextSource> {
  signal?.throwIfAborted();
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const type = contentType.replace(/;.*/s, "").trim().toLowerCase();
  const format = sniff(await spool.read(0, SNIFF_LENGTH));
  switch (format.kind) {
    case "tar":
      return new TarSource(spool, { compression: "none", limits });
    case "zip":
      return new ZipSource(spool, limits);
    case "compressed": {
      const { compression } = format;
      const head = await unpackedHead(spool, compression, { signal });
      if (sniff(head).kind !== "tar") {
        throw unsupported(
          `it is packed with ${compression}, but holds no tar archive`,
        );
      }
      return new TarSource(spool, { compression, limits });
    }
    case "text":
      if (format.likely || TEXT_TYPES.includes(type)) {
        return new DockerfileSource(spool);
      }
      throw unsupported(`it holds some text, but came as ${quote(type)}`);
    case "document":
      throw unsupported("its address answered with a web page or the like");
    case "empty":
      throw unsupported("it is empty");
    case "unknown":
      throw unsupported(
        type === "" ? "its content is unknown" : `it came as ${quote(type)}`,
      );
  }
}

async function unpackedHead(
  spool: Spool,
  compression: Compression,
  options: CancelOptions,
): Promise<Uint8Array<ArrayBuffer>> {
  const head = new Uint8Array(SNIFF_LENGTH);
  let filled = 0;
  const packed = spool.stream(options);
  for await (const chunk of decompress(packed, compression, options)) {
    const part = chunk.subarray(0, head.length - filled);
    head.set(part, filled);
    filled += part.length;
    if (filled === head.length) break;
  }
  return head.subarray(0, filled);
}

function unsupported(detail: string): ContextError {
  return new ContextError(
    "unsupported",
    `Cannot use the build package: ${detail}; it must be a Dockerfile, ` +
      "a tar archive (perhaps compressed) or a zip archive",
  );
}
