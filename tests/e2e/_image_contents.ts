import { toBytes } from "@std/streams";
import type { EngineClient } from "../../lib/engine/client.ts";
import { pullImage, type PullImageOptions } from "../../lib/engine/pull.ts";
import { removeImage } from "../../lib/engine/remove_image.ts";

/** All that an image can carry something in. */
export interface ImageContents {
  /** Its configuration: environment, labels, command. */
  readonly configuration: Uint8Array;
  /** What its steps were. */
  readonly history: Uint8Array;
  /** Everything, as `docker save` writes it: manifest, configuration, layers. */
  readonly archive: Uint8Array;
}

/** Pulls an image, takes it apart and removes it again. */
export async function readImage(
  engine: EngineClient,
  name: string,
  options: PullImageOptions = {},
): Promise<ImageContents> {
  await pullImage(engine, name, options);
  const get = async (path: string) => {
    const response = await engine.request({
      action: `read image "${name}"`,
      path: `/images/${name}/${path}`,
    });
    return await toBytes(response.body ?? new Blob().stream());
  };
  const contents = {
    configuration: await get("json"),
    history: await get("history"),
    archive: await get("get"),
  };
  await removeImage(engine, name, { force: true });
  return contents;
}
