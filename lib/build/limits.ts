/** How long parts of a build may take, in milliseconds; by default any time. */
export interface BuildLimits {
  /** All phases together. */
  readonly build?: number | undefined;
  /** The pull of one image, with all its tries. */
  readonly pull?: number | undefined;
  /** The push of one tag, with all its tries. */
  readonly push?: number | undefined;
  /** The engine's silence during a pull or a push. */
  readonly transferIdle?: number | undefined;
}
