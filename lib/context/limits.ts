/** How much of a package is taken before it counts as hostile. */
export interface ContextLimits {
  /** Bytes of a package as it is downloaded. */
  readonly packageBytes: number;
  /** Bytes of a package that are kept in memory; the rest needs a file. */
  readonly memoryBytes: number;
  /** Bytes that a package may unpack to. */
  readonly unpackedBytes: number;
  /** Files, directories and links in a package. */
  readonly entries: number;
  /** Bytes of a Dockerfile, and of an ignore file. */
  readonly dockerfileBytes: number;
}

/**
 * Bytes of the longest path that Linux takes (`PATH_MAX`, with a final NUL),
 * and so of a name or a link's target that anything could be unpacked to.
 */
export const MAX_PATH_BYTES = 4095;

const MIB = 1024 ** 2;
const GIB = 1024 ** 3;

/** Generous: what a machine survives, not what a build should need. */
export const DEFAULT_LIMITS: ContextLimits = {
  packageBytes: 10 * GIB,
  memoryBytes: 64 * MIB,
  unpackedBytes: 100 * GIB,
  entries: 2_000_000,
  dockerfileBytes: MIB,
};
