import { numberOf, recordOf, stringOf } from "./_json.ts";
import { endpointPath } from "./_path.ts";
import { splitReference } from "./_reference.ts";
import { transfer } from "./_transfer.ts";
import type { EngineClient } from "./client.ts";
import { EngineTruncatedError } from "./errors.ts";
import type { EngineMessage } from "./message.ts";
import type { TransferOptions } from "./transfer_options.ts";

/** What a push left in the registry. */
export interface PushedImage {
  /** The digest of the manifest: `sha256:…`. */
  readonly digest: string;
  /** Bytes of the manifest. */
  readonly size: number;
}

/**
 * Pushes `host/name[:tag]` to its registry (`POST /images/{name}/push`);
 * without a tag, `latest`.
 *
 * @throws {EngineStreamError} when the registry denies the push, or the engine
 * has no such image.
 * @throws {EngineTimeoutError} when it stalls.
 * @throws {EngineError} of any other kind.
 */
export async function pushImage(
  client: EngineClient,
  reference: string,
  options: TransferOptions = {},
): Promise<PushedImage> {
  const { onMessage } = options;
  const action = `push image "${reference}"`;
  const { name, version } = splitReference(reference);
  const path = endpointPath("/images", name, "/push");
  const query = new URLSearchParams({ tag: version });

  let pushed: PushedImage | undefined;
  await transfer(client, { action, path, query }, {
    ...options,
    onMessage: (message) => {
      pushed = readPushed(message) ?? pushed;
      return onMessage?.(message);
    },
  });
  if (pushed === undefined) {
    throw new EngineTruncatedError(
      "the engine's answer ended without the digest of what was pushed",
      { action },
    );
  }
  return pushed;
}

/**
 * The result is in `aux`, or, with the containerd image store, only in the
 * text of the last status: `latest: digest: sha256:… size: 527`.
 */
function readPushed(message: EngineMessage): PushedImage | undefined {
  const aux = recordOf(message.aux);
  const digest = stringOf(aux?.["Digest"]);
  const size = numberOf(aux?.["Size"]);
  if (digest !== undefined && size !== undefined) return { digest, size };
  const [, shown, bytes] =
    /: digest: (\w+:[0-9a-f]+) size: (\d+)$/.exec(message.status ?? "") ?? [];
  if (shown === undefined || bytes === undefined) return undefined;
  return { digest: shown, size: Number(bytes) };
}
