import { assertEquals, assertRejects } from "@std/assert";
import { delay } from "@std/async/delay";
import { parseEngineAddress } from "../../lib/engine/address.ts";
import { EngineClient } from "../../lib/engine/client.ts";
import { EngineHttpError } from "../../lib/engine/errors.ts";
import { removeImage } from "../../lib/engine/remove_image.ts";
import { pack } from "../support/archive.ts";

/** Where the engine of these tests listens. */
export const ENGINE = Deno.env.get("DOCKER_HOST") ??
  "unix:///var/run/docker.sock";

/** A client of the engine of these tests. */
export function connect(address: string = ENGINE): EngineClient {
  return new EngineClient(parseEngineAddress(address));
}

/** A name for an image that nothing else has, without a tag. */
export function uniqueName(): string {
  return `quay-builder-test/engine-${crypto.randomUUID()}`;
}

/** Removes an image, by name or ID, at the end of a scope, if it is still there. */
export function removeLater(
  client: EngineClient,
  image: string,
): AsyncDisposable {
  return {
    [Symbol.asyncDispose]: async () => {
      try {
        await removeImage(client, image, { force: true });
      } catch (error) {
        if (!(error instanceof EngineHttpError && error.status === 404)) {
          throw error;
        }
      }
    },
  };
}

/** Checks that the engine refuses a call with an HTTP status. */
export async function assertStatus(
  status: number,
  call: () => Promise<unknown>,
): Promise<void> {
  const error = await assertRejects(call, EngineHttpError);
  assertEquals(error.status, status, error.message);
}

/** A build context as a stream. */
export async function contextOf(
  files: Readonly<Record<string, string>>,
): Promise<ReadableStream<Uint8Array>> {
  return new Blob([await pack(files, "tar")]).stream();
}

/** A body that never ends by itself, and remembers how it was treated. */
export class EndlessBody {
  readonly stream: ReadableStream<Uint8Array>;
  /** Settles with the reason once the stream is cancelled. */
  readonly cancelled: Promise<unknown>;
  chunks = 0;

  constructor() {
    const { promise, resolve } = Promise.withResolvers<unknown>();
    this.cancelled = promise;
    const chunk = new Uint8Array(16 * 1024).fill(1);
    this.stream = new ReadableStream({
      pull: (controller) => {
        this.chunks++;
        controller.enqueue(chunk.slice());
      },
      cancel: resolve,
    });
  }
}

/** Looks until `check` holds; fails after `timeout` milliseconds. */
export async function eventually(
  check: () => boolean | Promise<boolean>,
  timeout: number,
): Promise<void> {
  const deadline = Date.now() + timeout;
  while (!await check()) {
    if (Date.now() > deadline) throw new Error("It did not come true in time");
    await delay(50);
  }
}
