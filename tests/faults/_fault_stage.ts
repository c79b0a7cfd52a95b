import { assertEquals } from "@std/assert";
import { delay } from "@std/async/delay";
import { Stage, type StageOptions } from "../e2e/_stage.ts";
import { EngineDaemon } from "../support/engine_daemon.ts";
import type { TestRegistry } from "../support/registry.ts";
import { type Outcome, play, type Row } from "./_row.ts";

/** An engine, registries and packages, for rows of faults. */
export class FaultStage implements AsyncDisposable {
  readonly engine: EngineDaemon;
  readonly #stage: Stage;
  readonly #stack: AsyncDisposableStack;

  private constructor(
    engine: EngineDaemon,
    stage: Stage,
    stack: AsyncDisposableStack,
  ) {
    this.engine = engine;
    this.#stage = stage;
    this.#stack = stack;
  }

  /** Starts everything. */
  static async set(options: StageOptions = {}): Promise<FaultStage> {
    await using stack = new AsyncDisposableStack();
    const engine = stack.use(await EngineDaemon.start());
    const stage = stack.use(await Stage.set(engine.host, options));
    return new FaultStage(engine, stage, stack.move());
  }

  /** The registry that is behind each worker's own front. */
  get registry(): TestRegistry {
    return this.#stage.open;
  }

  /**
   * Plays a row, which must leave the engine as it was.
   *
   * @param patience how long workers that are ready again may take for that,
   * in milliseconds, before they are asked to leave. Default 0
   */
  async play(
    row: Omit<Row, "dockerHost" | "beforeLeaving">,
    { patience = 0 }: { readonly patience?: number } = {},
  ): Promise<Record<string, Outcome>> {
    const before = await this.#stage.traces();
    const deadline = performance.now() + patience;
    const outcomes = await play(this.#stage, {
      ...row,
      dockerHost: this.engine.host,
      beforeLeaving: async () => {
        while (performance.now() < deadline) {
          const now = await this.#stage.traces();
          if (now.join() === before.join()) return;
          await delay(500);
        }
      },
    });
    assertEquals(await this.#stage.traces(), before, "left on the engine");
    return outcomes;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#stack.disposeAsync();
  }
}
