import { ImageReference } from "../image/reference.ts";
import type { CacheQuery } from "../manager/manager.ts";
import { inOneLine } from "../text/in_one_line.ts";
import { explainEngineFailure } from "./engine_failure.ts";
import { BuildFailure } from "./failure.ts";
import { pullTracked } from "./pull_tracked.ts";
import type { BuildScope } from "./scope.ts";

/**
 * Phases `checking-cache` and `priming-cache`: asks the manager for a tag of
 * this repository worth building upon, and pulls it. Without one the build
 * just takes longer, so that of all that can fail here only cancellation, a
 * lost engine and a manager that makes no sense end the build.
 *
 * @returns the ID of the image to take cached layers from, if there is one
 * @throws {BuildFailure} `cache_lookup_issue`, `client_rejected_transition`,
 *   `docker_connect_error`
 */
export async function primeCache(
  scope: BuildScope,
  query: CacheQuery,
): Promise<string | undefined> {
  const { pullCredentials } = scope.request;
  await scope.enter("checking-cache");
  const tag = await lookUpTag(scope, query);
  if (tag === undefined || pullCredentials === undefined) return undefined;

  await scope.enter("priming-cache");
  const image = `${scope.repository}:${tag}`;
  const subject = `pull cache image "${image}"`;
  const { images, signal } = scope;
  try {
    // Its ID is enough from here on, so that others may have the name.
    using _name = await images.locks.share(image, { signal });
    return await pullTracked(scope, image, {
      subject,
      credentials: pullCredentials,
      keep: false,
    });
  } catch (error) {
    return await goWithout(scope, error, subject);
  }
}

async function lookUpTag(
  scope: BuildScope,
  query: CacheQuery,
): Promise<string | undefined> {
  const { logger, reporter, repository, signal } = scope;
  try {
    const tag = await reporter.determineCacheTag(query, signal);
    if (tag !== undefined) ImageReference.parse(`${repository}:${tag}`);
    return tag;
  } catch (error) {
    if (signal.aborted || error instanceof BuildFailure) throw error;
    logger.warning("Cannot look a cache tag up, building without", { error });
    await remark(scope, `Cannot look a cache tag up: ${messageOf(error)}`);
    return undefined;
  }
}

async function goWithout(
  scope: BuildScope,
  error: unknown,
  subject: string,
): Promise<undefined> {
  const failure = explainEngineFailure(error, "cannot_pull_for_cache", subject);
  const isHarmless = failure instanceof BuildFailure &&
    failure.kind === "cannot_pull_for_cache";
  if (scope.signal.aborted || !isHarmless) throw failure;
  scope.logger.warning(failure.message, { kind: failure.kind, error });
  await remark(scope, failure.message);
  return undefined;
}

/** Tells those who build why it takes longer. */
async function remark({ log }: BuildScope, reason: string): Promise<void> {
  await log.remark(inOneLine(`${reason}. Building without a cache`));
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
