import type { EngineClient } from "../engine/client.ts";
import { listContainers } from "../engine/list_containers.ts";
import { removeContainer } from "../engine/remove_container.ts";
import { isMadeSince } from "./step_claims.ts";

/**
 * The containers of steps whose builds are over. The engine removes them
 * itself, unless it was ended before it could.
 */
export class LeftContainers {
  /** By ID, and when the build began, in milliseconds since the epoch. */
  readonly #began = new Map<string, number>();

  /**
   * Notes containers of a build that is over.
   *
   * @param ids in their short form, 12 hexadecimal digits
   */
  note(ids: readonly string[], began: number): void {
    for (const id of ids) this.#began.set(id, began);
  }

  /**
   * Removes those that are still there. A build's own output can name any
   * container: only one that has ended and is younger than the build is its
   * own.
   *
   * @throws {EngineError} those that are left can be tried again
   */
  async remove(engine: EngineClient, signal: AbortSignal): Promise<void> {
    const ids = [...this.#began.keys()];
    if (ids.length === 0) return;
    const left = await listContainers(engine, { ids, signal });
    for (const { id, created } of left) {
      const began = this.#began.get(id.slice(0, 12)) ?? Infinity;
      // The engine lists whole seconds.
      if (!isMadeSince(created, began - 1_000)) continue;
      await removeContainer(engine, id, { signal });
    }
    for (const id of ids) this.#began.delete(id);
  }
}
