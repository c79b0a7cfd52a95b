import type { Dockerfile } from "../dockerfile/dockerfile.ts";
import type { RegistryCredentials } from "../engine/credentials.ts";
import { ImageReference } from "../image/reference.ts";
import type { CacheQuery } from "../manager/manager.ts";
import { explainEngineFailure } from "./engine_failure.ts";
import { pullTracked } from "./pull_tracked.ts";
import type { BuildRequest } from "./request.ts";
import type { BuildScope } from "./scope.ts";

/** What the manager knows the empty base image by. */
const SCRATCH: CacheQuery = {
  baseImageName: "scratch",
  baseImageTag: "latest",
  baseImageId:
    "511136ea3c5a64f264b78b5433614aec563103b4d4702f3ba7d4d2698e22c158",
};

/**
 * The images that a build is built upon. Until they are disposed of, no other
 * build gives their names to something else.
 */
export interface BaseImages extends Disposable {
  /** The base image, for the manager to find a cache by. */
  readonly query: CacheQuery;
}

/**
 * Phase `pulling`: pulls every image from outside that the Dockerfile names.
 * Where there is none (`FROM scratch` alone) there is no such phase.
 *
 * @throws {BuildFailure} `cannot_pull_base_image`
 */
export async function pullBaseImages(
  scope: BuildScope,
  { base, images }: Dockerfile,
): Promise<BaseImages> {
  using names = new DisposableStack();
  const [first] = images;
  if (first === undefined) return toBaseImages(SCRATCH, names);
  const credentials = credentialsFor(first, scope.request);
  await scope.enter("pulling", {
    registry: first.domain,
    baseImage: familiarName(first),
    baseImageTag: first.pullParameters.tag,
    ...(credentials && { pullUsername: credentials.username }),
  });
  let query = SCRATCH;
  for (const image of images) {
    const { signal } = scope;
    names.use(await scope.images.locks.share(engineName(image), { signal }));
    const id = await pullBaseImage(scope, image);
    if (image === base) {
      query = {
        baseImageName: familiarName(image),
        baseImageTag: image.pullParameters.tag,
        baseImageId: id,
      };
    }
  }
  return toBaseImages(query, names);
}

function toBaseImages(query: CacheQuery, names: DisposableStack): BaseImages {
  const kept = names.move();
  return { query, [Symbol.dispose]: () => kept.dispose() };
}

/** Pulls one image and returns its ID. */
async function pullBaseImage(
  scope: BuildScope,
  image: ImageReference,
): Promise<string> {
  const subject = `pull base image "${image.familiar}"`;
  const credentials = credentialsFor(image, scope.request);
  try {
    return await pullTracked(scope, engineName(image), {
      subject,
      credentials,
      keep: true,
    });
  } catch (error) {
    throw explainEngineFailure(error, "cannot_pull_base_image", subject);
  }
}

/** The build's credentials, for images on exactly the host they belong to. */
function credentialsFor(
  image: ImageReference,
  { baseImageCredentials }: BuildRequest,
): RegistryCredentials | undefined {
  if (baseImageCredentials === undefined) return undefined;
  return image.isOn(baseImageCredentials.registry)
    ? baseImageCredentials
    : undefined;
}

/** The name under which the engine keeps what it pulls. */
function engineName(image: ImageReference): string {
  const { fromImage, tag } = image.pullParameters;
  return `${fromImage}${image.digest === undefined ? ":" : "@"}${tag}`;
}

/** The repository alone, as people write it. */
function familiarName(image: ImageReference): string {
  return ImageReference.parse(image.name).familiar;
}
