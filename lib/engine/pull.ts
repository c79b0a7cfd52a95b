import { splitReference } from "./_reference.ts";
import { transfer } from "./_transfer.ts";
import type { EngineClient } from "./client.ts";
import { EngineTruncatedError } from "./errors.ts";
import type { TransferOptions } from "./transfer_options.ts";

/** Options of {@linkcode pullImage}. */
export interface PullImageOptions extends TransferOptions {
  /** `os[/arch[/variant]]`. Default: the engine's own. */
  platform?: string | undefined;
}

/** What a pull did. */
export interface PulledImage {
  /** The digest of what the registry holds under the reference: `sha256:…`. */
  readonly digest: string | undefined;
  /** Whether the reference is new on the engine, or names another image now. */
  readonly isNewer: boolean;
}

/**
 * Pulls `name[:tag]` or `name@digest` (`POST /images/create`), one image and
 * never all tags: without a tag, `latest`.
 *
 * @throws {EngineHttpError} 404 when the registry has no such image, 400 for
 * a bad name, 500 when it cannot be reached or denies access (20.10).
 * @throws {EngineStreamError} when the registry fails later.
 * @throws {EngineTimeoutError} when it stalls.
 * @throws {EngineError} of any other kind.
 */
export async function pullImage(
  client: EngineClient,
  reference: string,
  options: PullImageOptions = {},
): Promise<PulledImage> {
  const { onMessage, platform } = options;
  const action = `pull image "${reference}"`;
  const { name, version } = splitReference(reference);
  const query = new URLSearchParams({ fromImage: name, tag: version });
  if (platform !== undefined) query.set("platform", platform);

  let digest: string | undefined;
  let outcome: string | undefined;
  await transfer(client, { action, path: "/images/create", query }, {
    ...options,
    onMessage: (message) => {
      if (message.id === undefined && message.status !== undefined) {
        digest ??= /^Digest: (\S+)$/.exec(message.status)?.[1];
        outcome = /^Status: (.+)$/s.exec(message.status)?.[1] ?? outcome;
      }
      return onMessage?.(message);
    },
  });
  if (outcome === undefined) {
    throw new EngineTruncatedError(
      "the engine's answer ended without saying that the pull succeeded",
      { action },
    );
  }
  return { digest, isNewer: outcome.startsWith("Downloaded newer image") };
}
