import { readAnswer } from "./_answer.ts";
import { filtersQuery } from "./_filters.ts";
import { toRemovedImages } from "./_removed_images.ts";
import type { EngineCallOptions, EngineClient } from "./client.ts";
import type { RemovedImages } from "./removed_images.ts";

/** Which images to prune. */
export interface PruneImagesOptions extends EngineCallOptions {
  /** Only those without a name; `false`: all that no container uses. Default `true`. */
  dangling?: boolean;
  /** Only those with these labels: `key` or `key=value`. */
  labels?: readonly string[];
  /** Only those made before: a date, seconds since 1970, or an age such as `24h`. */
  until?: string;
}

/** What a pruning took away. */
export interface PrunedImages extends RemovedImages {
  /** Bytes. */
  readonly spaceReclaimed: number;
}

/**
 * Removes unused images (`POST /images/prune`), whoever made them: other
 * work on the same engine may miss them.
 *
 * @throws {EngineHttpError} 409 while another pruning runs.
 */
export async function pruneImages(
  client: EngineClient,
  options: PruneImagesOptions = {},
): Promise<PrunedImages> {
  const { dangling = true, labels, until, signal } = options;
  const action = "prune images";
  const response = await client.request({
    action,
    method: "POST",
    path: "/images/prune",
    query: filtersQuery({
      dangling: [String(dangling)],
      label: labels,
      ...(until !== undefined && { until: [until] }),
    }),
    signal,
  });
  const answer = await readAnswer(response, action);
  return {
    ...toRemovedImages(answer.answers("ImagesDeleted")),
    spaceReclaimed: answer.number("SpaceReclaimed"),
  };
}
