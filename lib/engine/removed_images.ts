/** What a removal took away. */
export interface RemovedImages {
  /** Names that are gone. */
  readonly untagged: readonly string[];
  /** IDs of images that are gone, layers among them. */
  readonly deleted: readonly string[];
}
