import { delay } from "@std/async/delay";
import type { EngineClient } from "../engine/client.ts";
import {
  type ContainerSummary,
  listContainers,
} from "../engine/list_containers.ts";
import { removeContainer } from "../engine/remove_container.ts";
import { attemptCleanUp, type CleanUpOptions } from "./clean_up.ts";
import { isMadeSince, shortId } from "./step_claims.ts";

/** Longest wait for the engine to remove containers, in milliseconds. */
const TIMEOUT = 10_000;

/** Time between two looks at them, in milliseconds. */
const INTERVAL = 100;

/** Looks after which an engine does not remove what has ended. */
const LOOKS = 10;

/** Containers of steps that a build tells of. */
export interface StepContainers {
  /** When the build began by the engine's clock, in ms since the epoch. */
  readonly began: number;
  /** In their short form, 12 hexadecimal digits. */
  readonly containers: readonly string[];
}

/**
 * The containers of steps whose builds are over. The engine removes them
 * itself, unless it was ended before it could.
 */
export class LeftContainers {
  readonly #engine: EngineClient;
  /** By ID, and when the build began, in milliseconds since the epoch. */
  readonly #began = new Map<string, number>();

  constructor(engine: EngineClient) {
    this.#engine = engine;
  }

  /** Those that are not known to be gone. */
  get holdings(): readonly StepContainers[] {
    return [...this.#began].map(([id, began]) => ({ began, containers: [id] }));
  }

  /** Notes containers of a build that is over. */
  note({ began, containers }: StepContainers): void {
    for (const id of containers) this.#began.set(id, began);
  }

  /**
   * Waits until the engine has removed a build's containers, which hold their
   * images: those of an aborted build are gone some seconds after the abort
   * (four on Engine 20.10). No longer than it can be expected to: what is there
   * still is for {@linkcode remove}.
   *
   * @throws {EngineError}
   */
  async waitFor(
    { containers: ids }: StepContainers,
    signal: AbortSignal,
  ): Promise<void> {
    if (ids.length === 0) return;
    const deadline = Date.now() + TIMEOUT;
    for (let looks = 0; looks < LOOKS && Date.now() < deadline;) {
      const left = await listContainers(this.#engine, { ids, signal });
      if (left.length === 0) return;
      looks = left.every(hasEnded) ? looks + 1 : 0;
      await delay(INTERVAL, { signal });
    }
  }

  /**
   * Removes those that are still there. A build's own output can name any
   * container: only one that has ended and is younger than the build is its
   * own. What fails is tried again the next time.
   *
   * @throws {EngineError}
   */
  async remove(options: CleanUpOptions): Promise<void> {
    const ids = [...this.#began.keys()];
    if (ids.length === 0) return;
    const { signal } = options;
    const left = await listContainers(this.#engine, { ids, signal });
    const kept = new Set(left.map(({ id }) => shortId(id)));
    for (const { id, created } of left) {
      const key = shortId(id);
      const began = this.#began.get(key) ?? Infinity;
      await attemptCleanUp(async () => {
        // The engine lists whole seconds.
        if (isMadeSince(created, began - 1_000)) {
          await removeContainer(this.#engine, id, { signal });
        }
        kept.delete(key);
      }, options);
    }
    for (const id of ids) if (!kept.has(id)) this.#began.delete(id);
  }
}

/** Whether it does not run, as one does neither that was never started. */
function hasEnded({ state }: ContainerSummary): boolean {
  return state === "created" || state === "exited" || state === "dead";
}
