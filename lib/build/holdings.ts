/** A name that builds have given, or have had the engine pull. */
export interface HeldName {
  /** In full, with tag or digest. */
  readonly name: string;
  /** The ID of the image that it stood for before, if there was one. */
  readonly before: string | undefined;
  /** The ID of the image that it stands for, where no build changes that. */
  readonly now?: string | undefined;
}

/** An image that a build has made. */
export interface MadeImage {
  /** In full or in its short form, 12 hexadecimal digits. */
  readonly id: string;
  /**
   * An older one is no build's; in milliseconds since the epoch, by the
   * engine's clock.
   */
  readonly madeSince: number;
}

/**
 * A build that runs, or is over and may have left something, as far as the
 * engine's answers tell of what it makes.
 */
export interface MakingBuild {
  /**
   * When it began, in milliseconds since the epoch, by the engine's clock: that
   * dates what is made, and may differ from the worker's.
   */
  readonly began: number;
  /** Images of finished steps, in their short form. */
  readonly images: readonly string[];
  /** Containers that steps ran in, in their short form. */
  readonly containers: readonly string[];
}

/** A build that is over for the worker. */
export interface EndedBuild extends MakingBuild {
  /** Whether the engine itself said how it ended; otherwise it may go on. */
  readonly isDone: boolean;
}

/**
 * All that the builds of one process have changed on their engine, and would
 * have to be taken back if the process ended now. Whatever is to be tried again
 * is in it: a worker that leaves waits for that, and others take it over.
 */
export interface Holdings {
  readonly names: readonly HeldName[];
  readonly made: readonly MadeImage[];
  readonly builds: readonly MakingBuild[];
}

/** Whether there is nothing to be taken back. */
export function isEmpty({ names, made, builds }: Holdings): boolean {
  return names.length + made.length + builds.length === 0;
}
