import type { EngineClient } from "../engine/client.ts";
import { importImage } from "../engine/import_image.ts";
import type { ImageDetails } from "../engine/inspect_image.ts";
import { listImages } from "../engine/list_images.ts";
import { removeImage } from "../engine/remove_image.ts";

/** A tar without files: two blocks of zeros (POSIX.1-2017, pax, "ustar"). */
const EMPTY_TAR = new Uint8Array(1024);

/** What tells a placeholder from all other images. */
const LABEL = "quay-builder.placeholder";

/**
 * Has an empty image take a name over, so that the image that it stood for is
 * still there when the name goes: an image goes with its last name.
 *
 * @throws {EngineError}
 */
export async function leaveUnnamed(
  engine: EngineClient,
  name: string,
  signal: AbortSignal,
): Promise<void> {
  const layer = new Blob([EMPTY_TAR]).stream();
  await importImage(engine, layer, { as: name, labels: [LABEL], signal });
}

/**
 * Removes the empty images without a name: an engine that ends amid
 * {@linkcode leaveUnnamed} has made one, and not named it.
 *
 * @throws {EngineError}
 */
export async function removeUnnamedPlaceholders(
  engine: EngineClient,
  signal: AbortSignal,
): Promise<void> {
  const options = { dangling: true, labels: [LABEL], signal };
  for (const { id } of await listImages(engine, options)) {
    await removeImage(engine, id, { keepParents: true, signal });
  }
}

/** Whether an image is of {@linkcode leaveUnnamed}, and may go with its name. */
export function isPlaceholder({ labels }: ImageDetails): boolean {
  return labels.includes(LABEL);
}
