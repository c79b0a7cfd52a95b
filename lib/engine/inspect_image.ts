import { readAnswer } from "./_answer.ts";
import { recordOf } from "./_json.ts";
import { endpointPath } from "./_path.ts";
import type { EngineCallOptions, EngineClient } from "./client.ts";

/** What the engine knows of an image. */
export interface ImageDetails {
  /** `sha256:…` */
  readonly id: string;
  /** `name:tag` of every name it has on this engine. */
  readonly repoTags: readonly string[];
  /** `name@sha256:…` of every repository it was pulled from or pushed to. */
  readonly repoDigests: readonly string[];
  /** The image of the step before, where the classic builder made this one. */
  readonly parent: string | undefined;
  /** The container that it was made from, where the engine tells (20.10 does). */
  readonly container: string | undefined;
  /** When it was made, RFC 3339; absent for images that do not tell. */
  readonly created: string | undefined;
  /** The names of its labels. */
  readonly labels: readonly string[];
  /** Bytes, all layers together. */
  readonly size: number;
}

/**
 * Looks an image up by name or ID (`GET /images/{name}/json`).
 *
 * @throws {EngineHttpError} 404 when there is no such image.
 */
export async function inspectImage(
  client: EngineClient,
  image: string,
  options: EngineCallOptions = {},
): Promise<ImageDetails> {
  const action = `inspect image "${image}"`;
  const path = endpointPath("/images", image, "/json");
  const response = await client.request({ ...options, action, path });
  const answer = await readAnswer(response, action);
  return {
    id: answer.string("Id"),
    repoTags: answer.strings("RepoTags"),
    repoDigests: answer.strings("RepoDigests"),
    parent: answer.maybeString("Parent"),
    container: answer.maybeString("Container"),
    created: answer.maybeString("Created"),
    labels: labelsOf(answer.maybeRecord("Config")),
    size: answer.number("Size"),
  };
}

function labelsOf(config: Record<string, unknown> = {}): string[] {
  return Object.keys(recordOf(config["Labels"]) ?? {});
}
