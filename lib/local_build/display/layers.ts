import type { BuildEvent } from "../event.ts";

/** What the layers of a transfer come to. */
export interface LayerTotals {
  readonly layers: number;
  /** Layers that the engine, or the registry, has. */
  readonly done: number;
  /** Bytes that have arrived, and bytes in all as far as they are known. */
  readonly current: number;
  readonly total: number;
}

/** A layer as far as it was told of. */
interface Layer {
  readonly isDone: boolean;
  readonly current: number;
  readonly total: number;
}

/** What the engine says of a layer that is where it shall be (20.10 to 28). */
const DONE =
  /^(?:Pull complete|Already exists|Pushed|Layer already exists|Mounted from )/;

/** The layers of a pull or a push. */
export class Layers {
  readonly #layers = new Map<string, Layer>();

  /** Takes over what is told of a layer; of the whole transfer, nothing. */
  update(
    { id, progress, status }: Extract<BuildEvent, { kind: "status" }>,
  ): void {
    // The engine tells of the tag that it pulls under an ID, too.
    if (id === undefined || status.startsWith("Pulling from ")) return;
    const before = this.#layers.get(id) ?? { current: 0, total: 0 };
    // A layer without a size comes with a total of 1 when it is done.
    const { current, total } = progress && progress.total > 1
      ? progress
      : before;
    this.#layers.set(id, {
      isDone: DONE.test(status),
      // What has been downloaded is counted anew while it is unpacked.
      current: Math.max(before.current, current),
      total: Math.max(before.total, total),
    });
  }

  get totals(): LayerTotals {
    const layers = [...this.#layers.values()];
    const sum = (count: (layer: Layer) => number) =>
      layers.reduce((total, layer) => total + count(layer), 0);
    return {
      layers: layers.length,
      done: layers.filter(({ isDone }) => isDone).length,
      current: sum(({ current }) => current),
      total: sum(({ total }) => total),
    };
  }
}
