import { readAnswer } from "./_answer.ts";
import { filtersQuery } from "./_filters.ts";
import { recordOf, stringOf } from "./_json.ts";
import type { EngineCallOptions, EngineClient } from "./client.ts";

/** Which volumes to list. */
export interface ListVolumesOptions extends EngineCallOptions {
  /** Only those with one of these texts in their names. */
  names?: readonly string[];
}

/** One volume of a list. */
export interface VolumeSummary {
  readonly name: string;
  readonly labels: ReadonlyMap<string, string>;
}

/**
 * Lists volumes (`GET /volumes`).
 *
 * @throws {EngineError}
 */
export async function listVolumes(
  client: EngineClient,
  { names, signal }: ListVolumesOptions = {},
): Promise<VolumeSummary[]> {
  const action = "list volumes";
  const query = filtersQuery({ name: names });
  const path = "/volumes";
  const response = await client.request({ action, path, query, signal });
  const answer = await readAnswer(response, action);
  return answer.records("Volumes").flatMap((volume) => {
    const name = stringOf(volume["Name"]);
    return name === undefined ? [] : [{ name, labels: labelsOf(volume) }];
  });
}

function labelsOf(volume: Record<string, unknown>): Map<string, string> {
  const labels = Object.entries(recordOf(volume["Labels"]) ?? {});
  return new Map(
    labels.filter((entry): entry is [string, string] =>
      typeof entry[1] === "string"
    ),
  );
}
