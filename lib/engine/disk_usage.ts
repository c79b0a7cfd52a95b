import { readAnswer } from "./_answer.ts";
import type { EngineCallOptions, EngineClient } from "./client.ts";

/** What the engine's images take. */
export interface ImageDiskUsage {
  /** Bytes of all layers, each counted once. */
  readonly layersSize: number;
}

/**
 * Asks what the engine's images take on its disk (`GET /system/df`); the API
 * does not tell how much is free. The engine may take seconds to count.
 *
 * @throws {EngineError}
 */
export async function getImageDiskUsage(
  client: EngineClient,
  options: EngineCallOptions = {},
): Promise<ImageDiskUsage> {
  const action = "ask the engine for its disk usage";
  const response = await client.request({
    ...options,
    action,
    path: "/system/df",
    // Engines below API 1.42 do not know it, and count everything.
    query: new URLSearchParams({ type: "image" }),
  });
  const answer = await readAnswer(response, action);
  return { layersSize: answer.number("LayersSize") };
}
