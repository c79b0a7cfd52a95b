/** Why builds cannot run here; `reason` says what is wrong, and what to do. */
export type UnfitHost =
  /** The engine does not answer. */
  | { readonly kind: "engine_away"; readonly reason: string }
  /** The engine's disk is too full. */
  | { readonly kind: "disk_full"; readonly reason: string };

/** Whether builds can run here. */
export type HostState = { readonly kind: "fit" } | UnfitHost;

/** What builds run on: the engine and its disk. */
export interface Host {
  /** Aborts when builds cannot run here any more; anew for each fit time. */
  readonly unfit: AbortSignal;
  /**
   * Aborts when the engine has been silent for so long that a build on it is
   * lost; the reason is a `BuildFailure` that says so.
   */
  readonly lost: AbortSignal;
  /** Looks now. */
  look(): Promise<HostState>;
  /** Whether the engine answers now, as far as a single ping can tell. */
  answers(): Promise<boolean>;
  /**
   * Waits until builds can run here.
   *
   * @param onWait told of each state that has to be waited for
   * @throws the signal's reason when that aborts first
   */
  untilFit(
    onWait: (state: UnfitHost) => void,
    signal: AbortSignal,
  ): Promise<void>;
}
