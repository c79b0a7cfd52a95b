/** How much one message may hold. */
export interface MessageLimits {
  /** Longest text of a message, in UTF-16 code units. */
  readonly maxLength: number;
  /** Deepest nesting of lists and dictionaries, the message itself being 1. */
  readonly maxDepth: number;
}

/** Room for the 20 MiB messages that routers are known to pass on. */
export const DEFAULT_LIMITS: MessageLimits = {
  maxLength: 32 * 1024 * 1024,
  maxDepth: 100,
};
