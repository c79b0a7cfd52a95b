import { delay } from "@std/async/delay";
import { inspectImage } from "../engine/inspect_image.ts";
import { pushImage } from "../engine/push.ts";
import { tagImage } from "../engine/tag.ts";
import { explainEngineFailure } from "./engine_failure.ts";
import { BuildFailure } from "./failure.ts";
import type { NoteDigest } from "./image_ledger.ts";
import { findImage } from "./image_lookup.ts";
import type { BuildResult } from "./request.ts";
import type { BuildScope } from "./scope.ts";

/** Pushes of one tag, where others take the name each time. */
const PUSHES = 3;

/** Longest wait before another one, in milliseconds. */
const CONFLICT_WAIT = 2_000;

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
    const notePushed = await noteTag(scope, name);
    const digest = await pushBuilt(scope, { built, name, notePushed });
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

/** Notes a name; returns what takes the digest once that is pushed. */
async function noteTag(
  { ledger, signal }: BuildScope,
  name: string,
): Promise<NoteDigest> {
  try {
    return await ledger.noteTag(name, signal);
  } catch (error) {
    throw explainEngineFailure(error, "tag_issue", `tag the image "${name}"`);
  }
}

/** The built image, and a name that it is pushed by. */
interface NamedImage {
  /** A name that nothing else has. */
  readonly built: string;
  readonly name: string;
}

/**
 * Gives the name to the image and pushes that, again where a worker in another
 * process has given the name to an image of its own before the engine looked.
 */
async function pushBuilt(
  scope: BuildScope,
  image: NamedImage & { readonly notePushed: NoteDigest },
): Promise<string> {
  const { log, signal } = scope;
  const { name, notePushed } = image;
  for (let left = PUSHES - 1; left >= 0; left--) {
    await tag(scope, image);
    const digest = await push(scope, name);
    await notePushed(digest);
    if (await isPushed(scope, image, digest)) return digest;
    await log.remark(
      `Another build worker gave ${name} to its own image. Pushing again (${left} left)`,
    );
    await delay(Math.random() * CONFLICT_WAIT, { signal });
  }
  throw new BuildFailure(
    "push_issue",
    `Cannot push image "${name}": another build worker on the same engine pushes it at the same time`,
  );
}

async function tag(
  { engine, signal }: BuildScope,
  { built, name }: NamedImage,
): Promise<void> {
  try {
    await tagImage(engine, built, { as: name, signal });
  } catch (error) {
    throw explainEngineFailure(error, "tag_issue", `tag the image "${name}"`);
  }
}

/** The engine tells of what it pushed by its digest alone. */
async function isPushed(
  scope: BuildScope,
  { built, name }: NamedImage,
  digest: string,
): Promise<boolean> {
  const { engine, repository, signal } = scope;
  const imageId = await findId(scope, built);
  try {
    const pushed = await findImage(engine, `${repository}@${digest}`, signal) ??
      // An engine may not know its images by that (podman).
      await findImage(engine, name, signal);
    return pushed?.id === imageId;
  } catch (error) {
    const subject = `inspect the pushed image "${name}"`;
    throw explainEngineFailure(error, "push_issue", subject);
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
