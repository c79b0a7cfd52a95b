import { inspectImage } from "../engine/inspect_image.ts";
import { pushImage } from "../engine/push.ts";
import { tagImage } from "../engine/tag.ts";
import { explainEngineFailure } from "./engine_failure.ts";
import type { BuildResult } from "./request.ts";
import type { BuildScope } from "./scope.ts";

/**
 * Phase `pushing`: gives the built image its names and pushes each of them.
 *
 * @param built a name of the built image
 * @throws {BuildFailure} `tag_issue`, `push_issue`
 */
export async function pushTags(
  scope: BuildScope,
  built: string,
): Promise<BuildResult> {
  const { request, repository } = scope;
  await scope.enter("pushing");
  const digests = new Set<string>();
  for (const tag of request.tags) {
    const name = `${repository}:${tag}`;
    // Another build of this worker may push the same name, or build upon it.
    using _name = await takeName(scope, name);
    const notePushed = await tagBuilt(scope, built, name);
    const digest = await push(scope, name);
    await notePushed(digest);
    digests.add(`${repository}@${digest}`);
  }
  return { imageId: await findId(scope, built), digests: [...digests] };
}

async function takeName(
  { images, log, signal }: BuildScope,
  name: string,
): Promise<Disposable> {
  return await images.locks.take(name, {
    signal,
    onWait: () =>
      void log.remark(
        `Waiting for another build on this build worker that uses ${name}`,
      ),
  });
}

/** Gives one name; returns what takes the digest once that is pushed. */
async function tagBuilt(
  { engine, ledger, signal }: BuildScope,
  built: string,
  name: string,
): Promise<(digest: string) => Promise<void>> {
  try {
    const notePushed = await ledger.noteTag(name, signal);
    await tagImage(engine, built, { as: name, signal });
    return notePushed;
  } catch (error) {
    throw explainEngineFailure(error, "tag_issue", `tag the image "${name}"`);
  }
}

async function push(scope: BuildScope, name: string): Promise<string> {
  const { engine, request } = scope;
  const credentials = request.pushCredentials;
  const subject = `push image "${name}"`;
  try {
    const pushed = await scope.transfer({
      subject,
      direction: "push",
      run: (options) => pushImage(engine, name, { ...options, credentials }),
    });
    return pushed.digest;
  } catch (error) {
    throw explainEngineFailure(error, "push_issue", subject);
  }
}

async function findId(
  { engine, signal }: BuildScope,
  built: string,
): Promise<string> {
  try {
    return (await inspectImage(engine, built, { signal })).id;
  } catch (error) {
    throw explainEngineFailure(error, "tag_issue", "inspect the built image");
  }
}
