/** What the build log reads of an engine's message. */
export interface BuildMessage {
  /** Output of a build: a line, a part of one, or several. */
  readonly stream?: string;
  /** What a layer, or the whole transfer, is doing. */
  readonly status?: string;
  /** The layer that `status` is about. */
  readonly id?: string;
  /** Bytes done, and bytes in all as far as they are known. */
  readonly progressDetail?: {
    readonly current?: number;
    readonly total?: number;
  };
}
