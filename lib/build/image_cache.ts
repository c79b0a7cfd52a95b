/** The image that a kept name stands for. */
export interface KeptImage {
  readonly id: string;
  /** Bytes, all layers together. */
  readonly size: number;
}

/**
 * Which names of base images are kept on the engine between builds, within a
 * budget. An image with several names counts once; layers that images share
 * count for each of them, as the engine does not tell which they are.
 */
export class ImageCache {
  readonly #budget: number;
  /** From the least recently used to the last. */
  readonly #images = new Map<string, KeptImage>();

  /** @param budget in bytes; 0 keeps nothing */
  constructor(budget: number) {
    this.#budget = budget;
  }

  /** Every name that is kept. */
  get names(): readonly string[] {
    return [...this.#images.keys()];
  }

  /** The ID of the image that a kept name stands for. */
  idOf(name: string): string | undefined {
    return this.#images.get(name)?.id;
  }

  has(name: string): boolean {
    return this.#images.has(name);
  }

  /** Keeps a name, if its image fits into the budget at all. */
  keep(name: string, image: KeptImage): boolean {
    if (image.size > this.#budget) return false;
    this.#images.delete(name);
    this.#images.set(name, image);
    return true;
  }

  /** Takes a name out; `false` where it was not kept. */
  take(name: string): boolean {
    return this.#images.delete(name);
  }

  /** The names to give up so that the rest is within the budget, oldest first. */
  get surplus(): readonly string[] {
    const names = this.names;
    let count = 0;
    while (this.#sizeOf(names.slice(count)) > this.#budget) count++;
    return names.slice(0, count);
  }

  #sizeOf(names: readonly string[]): number {
    const sizes = new Map<string, number>();
    for (const name of names) {
      const image = this.#images.get(name);
      if (image !== undefined) sizes.set(image.id, image.size);
    }
    return sizes.values().reduce((sum, size) => sum + size, 0);
  }
}
