import type { CacheTagCall, LogRecord, PhaseRecord } from "./build_report.ts";

/** In place of an answer: none ever comes. */
export const NEVER: unique symbol = Symbol("never");

/** In place of an answer: one of a shape that makes no sense. */
export const GARBAGE: unique symbol = Symbol("garbage");

/** What the manager answers: a value, or trouble. */
export type Answer<T> = T | typeof NEVER | typeof GARBAGE;

/**
 * Decides an answer: at once, or later by a promise. `undefined` stands for
 * the answer that the manager would give by itself. A `WampError` that is
 * thrown becomes the answer, too.
 */
export type Decide<Call, T> = (
  call: Call,
) => Answer<T> | undefined | Promise<Answer<T> | undefined>;

/** A worker asks for a realm of its own. */
export interface RegisterCall {
  /** The realm that it gets by itself. */
  readonly realm: string;
}

/** A worker says that it is ready. */
export interface ReadyCall {
  readonly realm: string;
  /** What the manager would answer by itself. */
  readonly isAcceptable: boolean;
}

/** A worker enters a phase. */
export interface PhaseCall extends PhaseRecord {
  readonly realm: string;
}

/** A worker sends a log entry. */
export interface LogCall extends LogRecord {
  readonly realm: string;
}

/**
 * How a manager answers where it is to be difficult. What is left out is
 * answered as it should be: every phase and log entry with `true`, the cache
 * tag with `""`.
 */
export interface Answers {
  readonly register?: Decide<RegisterCall, string>;
  readonly ready?: Decide<ReadyCall, boolean>;
  readonly phase?: Decide<PhaseCall, boolean>;
  readonly log?: Decide<LogCall, boolean>;
  readonly cacheTag?: Decide<CacheTagCall, string>;
}
