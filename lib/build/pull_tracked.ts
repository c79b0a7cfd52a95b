import type { RegistryCredentials } from "../engine/credentials.ts";
import { inspectImage } from "../engine/inspect_image.ts";
import { pullImage } from "../engine/pull.ts";
import type { BuildScope } from "./scope.ts";

/** What {@linkcode pullTracked} needs besides the image's name. */
export interface PullTrackedOptions {
  /** What is tried, as it reads after "Cannot". */
  readonly subject: string;
  readonly credentials: RegistryCredentials | undefined;
  /** Whether later builds may need the image, too. */
  readonly keep: boolean;
}

/**
 * Pulls an image for the build, again where that can help, so that the ledger
 * can take it back.
 *
 * @returns the image's ID
 * @throws {EngineError}
 */
export async function pullTracked(
  scope: BuildScope,
  name: string,
  { subject, credentials, keep }: PullTrackedOptions,
): Promise<string> {
  const { engine, ledger, signal } = scope;
  const noteDigest = await ledger.notePull(name, { keep, signal });
  const { digest } = await scope.transfer({
    subject,
    direction: "pull",
    run: (options) => pullImage(engine, name, { ...options, credentials }),
  });
  if (digest !== undefined) await noteDigest(digest);
  const { id } = await inspectImage(engine, name, { signal });
  return id;
}
