import type { Dockerfile } from "../dockerfile/dockerfile.ts";
import type { RegistryCredentials } from "../engine/credentials.ts";
import { ImageReference } from "../image/reference.ts";
import type { CacheQuery } from "../manager/manager.ts";
import { explainEngineFailure } from "./engine_failure.ts";
import { pullTracked } from "./pull_tracked.ts";
import type { BuildRequest } from "./request.ts";
import type { BuildScope } from "./scope.ts";

/** The ID under which the manager knows the empty base image. */
const SCRATCH_ID =
  "511136ea3c5a64f264b78b5433614aec563103b4d4702f3ba7d4d2698e22c158";

/**
 * Phase `pulling`: pulls every image from outside that the Dockerfile names.
 * The first is the base image that the manager is told of; where there is
 * none (`FROM scratch` alone) there is nothing to pull, and no such phase.
 *
 * @throws {BuildFailure} `cannot_pull_base_image`
 */
export async function pullBaseImages(
  scope: BuildScope,
  dockerfile: Dockerfile,
): Promise<CacheQuery> {
  const { request } = scope;
  const [base, ...others] = dockerfile.images;
  if (base === undefined) {
    return {
      baseImageName: "scratch",
      baseImageTag: "latest",
      baseImageId: SCRATCH_ID,
    };
  }
  const credentials = credentialsFor(base, request);
  const baseImageName = ImageReference.parse(base.name).familiar;
  const { tag: baseImageTag } = base.pullParameters;
  await scope.enter("pulling", {
    registry: base.domain,
    baseImage: baseImageName,
    baseImageTag,
    ...(credentials && { pullUsername: credentials.username }),
  });
  const baseImageId = await pullBaseImage(scope, base);
  for (const other of others) await pullBaseImage(scope, other);
  return { baseImageName, baseImageTag, baseImageId };
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
