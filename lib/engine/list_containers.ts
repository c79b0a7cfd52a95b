import { readAnswers } from "./_answer.ts";
import { filtersQuery } from "./_filters.ts";
import type { EngineCallOptions, EngineClient } from "./client.ts";

/** Which containers to list. */
export interface ListContainersOptions extends EngineCallOptions {
  /** With those that do not run. Default `true`. */
  all?: boolean;
  /** Only those with one of these IDs, or beginnings of IDs. */
  ids?: readonly string[];
  /** Only those made from one of these images, or from an image built upon it. */
  ancestors?: readonly string[];
}

/** One container of a list. */
export interface ContainerSummary {
  readonly id: string;
  /** Each with a leading `/`, as the engine has them. */
  readonly names: readonly string[];
  /** `sha256:…` */
  readonly imageId: string | undefined;
  /** When it was made, RFC 3339; the engine tells whole seconds. */
  readonly created: string;
  /** `created`, `running`, `exited` or another of the engine's states. */
  readonly state: string | undefined;
}

/**
 * Lists containers (`GET /containers/json`).
 *
 * @throws {EngineError}
 */
export async function listContainers(
  client: EngineClient,
  options: ListContainersOptions = {},
): Promise<ContainerSummary[]> {
  const { all = true, ids, ancestors, signal } = options;
  const action = "list containers";
  const query = filtersQuery({ id: ids, ancestor: ancestors });
  if (all) query.set("all", "1");
  const path = "/containers/json";
  const response = await client.request({ action, path, query, signal });
  const containers = await readAnswers(response, action);
  return containers.map((container) => ({
    id: container.string("Id"),
    names: container.strings("Names"),
    imageId: container.maybeString("ImageID"),
    created: new Date(container.number("Created") * 1_000).toISOString(),
    state: container.maybeString("State"),
  }));
}
