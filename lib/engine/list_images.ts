import { readAnswers } from "./_answer.ts";
import { filtersQuery } from "./_filters.ts";
import type { EngineCallOptions, EngineClient } from "./client.ts";

/** Which images to list. */
export interface ListImagesOptions extends EngineCallOptions {
  /** With the images of a build's steps, too. Default `false`. */
  all?: boolean;
  /** Only those without, or with, a name. */
  dangling?: boolean;
  /** Only those with one of these names, `*` and `?` as in a shell. */
  references?: readonly string[];
  /** Only those with all of these labels, `name` or `name=value`. */
  labels?: readonly string[];
}

/** One image of a list. */
export interface ImageSummary {
  /** `sha256:…` */
  readonly id: string;
  readonly repoTags: readonly string[];
  readonly repoDigests: readonly string[];
  /** The ID of the one it was built upon, where a build on this engine made it. */
  readonly parent: string | undefined;
  /** When it was made, RFC 3339. */
  readonly created: string;
  /** Bytes, all layers together. */
  readonly size: number;
}

/** What API versions below 1.43 list for an image without a name. */
const FILLERS = new Set(["<none>:<none>", "<none>@<none>"]);

/**
 * Lists images (`GET /images/json`).
 *
 * @throws {EngineError}
 */
export async function listImages(
  client: EngineClient,
  options: ListImagesOptions = {},
): Promise<ImageSummary[]> {
  const { all = false, dangling, references, labels, signal } = options;
  const action = "list images";
  const query = filtersQuery({
    ...(dangling !== undefined && { dangling: [String(dangling)] }),
    reference: references,
    label: labels,
  });
  if (all) query.set("all", "1");
  const path = "/images/json";
  const response = await client.request({ action, path, query, signal });
  const images = await readAnswers(response, action);
  return images.map((image) => ({
    id: image.string("Id"),
    repoTags: withoutFillers(image.strings("RepoTags")),
    repoDigests: withoutFillers(image.strings("RepoDigests")),
    parent: image.maybeString("ParentId") || undefined,
    created: image.time("Created"),
    size: image.number("Size"),
  }));
}

function withoutFillers(names: readonly string[]): string[] {
  return names.filter((name) => !FILLERS.has(name));
}
