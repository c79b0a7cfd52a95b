/**
 * Types of the packages that ship none: the few functions of `npm:deno-std`
 * (the standard library as npm has it) that this project uses. The import map
 * in `deno.json` says which file of the package each name stands for.
 */

declare module "@std/assert" {
  export class AssertionError extends Error {}
  export function assert(value: unknown, message?: string): asserts value;
  export function assertFalse(value: unknown, message?: string): void;
  export function assertEquals<T>(
    actual: T,
    expected: T,
    message?: string,
  ): void;
  export function assertNotEquals<T>(
    actual: T,
    expected: T,
    message?: string,
  ): void;
  export function assertStrictEquals<T>(
    actual: unknown,
    expected: T,
    message?: string,
  ): asserts actual is T;
  export function assertExists<T>(
    actual: T,
    message?: string,
  ): asserts actual is NonNullable<T>;
  export function assertGreater<T>(
    actual: T,
    expected: T,
    message?: string,
  ): void;
  export function assertGreaterOrEqual<T>(
    actual: T,
    expected: T,
    message?: string,
  ): void;
  export function assertLess<T>(actual: T, expected: T, message?: string): void;
  export function assertLessOrEqual<T>(
    actual: T,
    expected: T,
    message?: string,
  ): void;
  export function assertInstanceOf<
    T extends abstract new (...args: never[]) => unknown,
  >(
    actual: unknown,
    expected: T,
    message?: string,
  ): asserts actual is InstanceType<T>;
  export function assertMatch(
    actual: string,
    expected: RegExp,
    message?: string,
  ): void;
  export function assertNotMatch(
    actual: string,
    expected: RegExp,
    message?: string,
  ): void;
  export function assertStringIncludes(
    actual: string,
    expected: string,
    message?: string,
  ): void;
  export function assertObjectMatch(
    actual: object,
    expected: object,
    message?: string,
  ): void;
  export function assertThrows<E extends Error = Error>(
    fn: () => unknown,
    errorClass?: abstract new (...args: never[]) => E,
    messageIncludes?: string,
    message?: string,
  ): E;
  export function assertRejects<E extends Error = Error>(
    fn: () => PromiseLike<unknown>,
    errorClass?: abstract new (...args: never[]) => E,
    messageIncludes?: string,
    message?: string,
  ): Promise<E>;
  export function fail(message?: string): never;
}

declare module "@std/async/abortable" {
  /** Waits no longer than until the signal aborts; rejects with its reason. */
  export function abortable<T>(
    promise: Promise<T>,
    signal: AbortSignal,
  ): Promise<T>;
}

declare module "@std/async/delay" {
  export interface DelayOptions {
    signal?: AbortSignal;
    persistent?: boolean;
  }
  /** Resolves after `ms` milliseconds; rejects with the signal's reason. */
  export function delay(ms: number, options?: DelayOptions): Promise<void>;
}

declare module "@std/async/retry" {
  export interface RetryOptions {
    /** Factor by which the wait grows. Default 2. */
    multiplier?: number;
    /** Longest wait in milliseconds. Default 60,000. */
    maxTimeout?: number;
    /** Tries in all. Default 5. */
    maxAttempts?: number;
    /** First wait in milliseconds. Default 1,000. */
    minTimeout?: number;
    /** Share of randomness in the wait, 0 to 1. Default 1. */
    jitter?: number;
    isRetriable?: (error: unknown) => boolean;
    signal?: AbortSignal;
  }
  /** Thrown when the tries are used up; the last error is its `cause`. */
  export class RetryError extends Error {}
  export function retry<T>(
    fn: () => Promise<T> | T,
    options?: RetryOptions,
  ): Promise<T>;
}

declare module "@std/cli/parse-args" {
  export interface ParseOptions {
    boolean?: readonly string[];
    string?: readonly string[];
    collect?: readonly string[];
    alias?: Record<string, string | readonly string[]>;
    /** Flags that `--no-…` turns off. */
    negatable?: readonly string[];
    default?: Record<string, unknown>;
    stopEarly?: boolean;
    unknown?: (arg: string, key?: string, value?: unknown) => unknown;
  }
  export function parseArgs(
    args: readonly string[],
    options?: ParseOptions,
  ): Record<string, unknown> & { _: (string | number)[] };
}

declare module "@std/text/closest-string" {
  /** The nearest of `possibleWords`, however far, by Levenshtein's distance. */
  export function closestString(
    givenWord: string,
    possibleWords: readonly string[],
    options?: { caseSensitive?: boolean },
  ): string;
}

declare module "@std/text/levenshtein-distance" {
  export function levenshteinDistance(str1: string, str2: string): number;
}

declare module "@std/fmt/bytes" {
  /** `1.34 kB`: three digits, in powers of 1,000; `binary`: `1.34 KiB`, of 1,024. */
  export function format(bytes: number, options?: { binary?: boolean }): string;
}

/** Texts with colours; as they are, where `NO_COLOR` is set. */
declare module "@std/fmt/colors" {
  export function bold(text: string): string;
  export function cyan(text: string): string;
  export function dim(text: string): string;
  /** Whether there are colours. */
  export function getColorEnabled(): boolean;
  export function green(text: string): string;
  export function red(text: string): string;
}

declare module "@std/encoding" {
  export function encodeBase64(
    data: ArrayBufferLike | Uint8Array | string,
  ): string;
  export function decodeBase64(text: string): Uint8Array<ArrayBuffer>;
  /** Base64 with the URL-safe alphabet, **without** padding. */
  export function encodeBase64Url(
    data: ArrayBufferLike | Uint8Array | string,
  ): string;
  export function encodeHex(
    data: ArrayBufferLike | Uint8Array | string,
  ): string;
}

declare module "@std/streams" {
  export class TextLineStream extends TransformStream<string, string> {
    constructor(options?: { allowCR?: boolean });
  }
  export function toBytes(
    stream: ReadableStream<Uint8Array>,
  ): Promise<Uint8Array<ArrayBuffer>>;
  export function toText(
    stream: ReadableStream<Uint8Array | string>,
  ): Promise<string>;
}

declare module "@std/yaml" {
  export function parse(text: string): unknown;
}

declare module "@opentelemetry/otlp-transformer/definitions" {
  interface Span {
    readonly name: string;
    readonly traceId: Uint8Array;
    readonly spanId: Uint8Array;
    /** `null` for the root of a trace. */
    readonly parentSpanId: Uint8Array | null;
    readonly attributes: readonly {
      readonly key: string;
      readonly value: { readonly stringValue?: string };
    }[];
    readonly events: readonly { readonly name: string }[];
    readonly status?: { readonly code: number; readonly message: string };
    /** Nanoseconds since 1970. */
    readonly startTimeUnixNano: { toString(): string };
    readonly endTimeUnixNano: { toString(): string };
  }
  interface ExportTraceServiceRequest {
    readonly resourceSpans: readonly {
      readonly scopeSpans: readonly { readonly spans: readonly Span[] }[];
    }[];
  }
  const definitions: {
    opentelemetry: {
      proto: {
        collector: {
          trace: {
            v1: {
              ExportTraceServiceRequest: {
                decode(bytes: Uint8Array): ExportTraceServiceRequest;
              };
            };
          };
        };
      };
    };
  };
  export default definitions;
}
