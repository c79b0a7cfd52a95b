import { type Answer, readAnswer } from "./_answer.ts";
import { numberOf, recordOf } from "./_json.ts";
import type { EngineCallOptions, EngineClient } from "./client.ts";

/** What the engine stores; all in bytes. */
export interface DiskUsage {
  /** The layers of all images, each counted once. */
  readonly layers: number;
  /** What containers wrote on top of their images. */
  readonly containers: number;
  readonly volumes: number;
  /** BuildKit's cache. */
  readonly buildCache: number;
}

/**
 * Asks what the engine stores (`GET /system/df`); this does not tell how much
 * is free. The engine may take seconds to count.
 *
 * @throws {EngineError}
 */
export async function getDiskUsage(
  client: EngineClient,
  options: EngineCallOptions = {},
): Promise<DiskUsage> {
  const action = "ask the engine for its disk usage";
  const response = await client.request({
    ...options,
    action,
    path: "/system/df",
  });
  const answer = await readAnswer(response, action);
  return {
    layers: answer.number("LayersSize"),
    containers: sum(answer, "Containers", (item) => item["SizeRw"]),
    volumes: sum(
      answer,
      "Volumes",
      (item) => recordOf(item["UsageData"])?.["Size"],
    ),
    buildCache: sum(
      answer,
      "BuildCache",
      // Counted where it is not shared.
      (item) => item["Shared"] === true ? 0 : item["Size"],
    ),
  };
}

/** Adds sizes up; -1 stands for one that is not known. */
function sum(
  answer: Answer,
  key: string,
  sizeOf: (item: Record<string, unknown>) => unknown,
): number {
  return answer.records(key)
    .map((item) => Math.max(0, numberOf(sizeOf(item)) ?? 0))
    .reduce((total, size) => total + size, 0);
}
