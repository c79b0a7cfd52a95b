import type {
  BuilderState,
  DiskState,
  WorkerObserver,
} from "../worker/observer.ts";

/** Whether the engine answered when it was last asked. */
export type EngineState =
  | { readonly isThere: true }
  | { readonly isThere: false; readonly reason: string };

/** The worker as it was last heard of. */
export class WorkerView implements WorkerObserver {
  readonly #builders = new Map<number, BuilderState>();
  /** Builders whose session is not known to be lost. */
  readonly #registered = new Set<number>();
  #engine: EngineState | undefined;
  #disk: DiskState | undefined;
  #reconnects = 0;

  /** What each builder is doing, by its number. */
  get builders(): ReadonlyMap<number, BuilderState> {
    return this.#builders;
  }

  /** `undefined` before it was asked. */
  get engine(): EngineState | undefined {
    return this.#engine;
  }

  /** `undefined` before it was looked at. */
  get disk(): DiskState | undefined {
    return this.#disk;
  }

  /** How often a builder had to connect again after it had been registered. */
  get reconnects(): number {
    return this.#reconnects;
  }

  onBuilder(builder: number, state: BuilderState): void {
    this.#builders.set(builder, state);
    switch (state) {
      case "ready":
      case "building":
        this.#registered.add(builder);
        return;
      case "connecting":
        if (this.#registered.delete(builder)) this.#reconnects++;
        return;
      case "waiting_for_engine":
      case "waiting_for_disk":
      case "draining":
      case "stopped":
        return;
    }
  }

  onEngine(isThere: boolean, reason = "it does not answer"): void {
    this.#engine = isThere ? { isThere } : { isThere, reason };
  }

  onDisk(state: DiskState): void {
    this.#disk = state;
  }
}
