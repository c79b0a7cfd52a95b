import {
  configure,
  fromAsyncSink,
  getConfig,
  getJsonLinesFormatter,
  getLogger,
  type Logger as TapeLogger,
  type LogRecord,
  reset,
  type TextFormatter,
} from "@logtape/logtape";
import type { Redactor } from "../secret/redactor.ts";
import { ErrorDetail } from "./_error_detail.ts";
import { escapeControlsInJson } from "./_escape.ts";
import { textLine } from "./_text_line.ts";

/** How severe a line is, from the least. */
export type LogLevel = "debug" | "info" | "warning" | "error";

/** What lines look like: text for people, or JSON for machines. */
export type LogFormat = "text" | "json";

/**
 * Named values of a line. `error` may be anything that was thrown; it is told
 * with all its causes. Values that are `undefined` are left out.
 */
export type LogFields = Readonly<Record<string, unknown>>;

/** Writes lines of the worker's own log. Never throws, and waits for nothing. */
export interface Logger {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warning(message: string, fields?: LogFields): void;
  /** Also tells where the error in the field `error` came from. */
  error(message: string, fields?: LogFields): void;
  /** A logger whose lines all have these fields, too. */
  with(fields: LogFields): Logger;
  /**
   * Takes the secrets that `redactor` knows out of every line of the whole
   * log, until the result is disposed of.
   */
  hide(redactor: Redactor): Disposable;
}

/**
 * The worker's log, open. Disposing of it writes what still waits, as long as
 * the output takes it within two seconds.
 */
export interface WorkerLog extends AsyncDisposable {
  readonly logger: Logger;
}

/** Options of {@linkcode openWorkerLog}. */
export interface WorkerLogOptions {
  /** The least severe lines that are written. Default `"info"`. */
  readonly level?: LogLevel;
  /** Default `"text"`. */
  readonly format?: LogFormat;
  /** Where lines go, in UTF-8. It is not closed. Default: standard error. */
  readonly output?: WritableStream<Uint8Array>;
}

/** Lines that may wait for a slow output; the oldest are left out first. */
const MAX_WAITING_LINES = 10_000;

/** Longest wait at the end for an output that takes nothing, in milliseconds. */
const FLUSH_LIMIT = 2_000;

const CATEGORY = "quay-builder";

/**
 * Opens the worker's own log. A process can have only one at a time.
 *
 * @throws {TypeError} when one is open already
 */
export async function openWorkerLog(
  options: WorkerLogOptions = {},
): Promise<WorkerLog> {
  if (getConfig() !== null) {
    throw new TypeError("Cannot open the worker's log: it is open already");
  }
  const { level = "info", format = "text" } = options;
  const writer = (options.output ?? Deno.stderr.writable).getWriter();
  const encoder = new TextEncoder();
  const lines = fromAsyncSink(
    ({ message }) => writer.write(encoder.encode(message.join(""))),
    { maxQueueSize: MAX_WAITING_LINES },
  );
  const redactors = new Set<Redactor>();
  await configure({
    sinks: {
      // A line is complete at once: when it is written, its secrets may not
      // be known any more.
      output(record) {
        let line = FORMATTERS[format](record);
        for (const redactor of redactors) line = redactor.redact(line);
        lines({ ...record, message: [line] });
      },
    },
    loggers: [
      { category: CATEGORY, sinks: ["output"], lowestLevel: level },
      { category: ["logtape", "meta"], lowestLevel: null },
    ],
  });
  return {
    logger: new CategoryLogger(getLogger(CATEGORY), redactors),
    async [Symbol.asyncDispose]() {
      await reset();
      using late = timer(FLUSH_LIMIT);
      await Promise.race([lines[Symbol.asyncDispose](), late.over]);
      writer.releaseLock();
    },
  };
}

const JSON_LINE = getJsonLinesFormatter({ properties: "flatten" });

const FORMATTERS: Readonly<Record<LogFormat, TextFormatter>> = {
  json: (record) => escapeControlsInJson(JSON_LINE(record)),
  text: ({ timestamp, level, message, properties }: LogRecord) => {
    const { error, ...fields } = properties;
    return textLine({
      timestamp,
      level,
      message: message.join(""),
      fields,
      ...(error instanceof ErrorDetail && { error }),
    });
  },
};

function timer(milliseconds: number): Disposable & { over: Promise<void> } {
  const { promise: over, resolve } = Promise.withResolvers<void>();
  const timeout = setTimeout(resolve, milliseconds);
  return { over, [Symbol.dispose]: () => clearTimeout(timeout) };
}

class CategoryLogger implements Logger {
  readonly #logger: TapeLogger;
  readonly #redactors: Set<Redactor>;

  constructor(logger: TapeLogger, redactors: Set<Redactor>) {
    this.#logger = logger;
    this.#redactors = redactors;
  }

  debug(message: string, fields: LogFields = {}): void {
    this.#log("debug", message, fields);
  }

  info(message: string, fields: LogFields = {}): void {
    this.#log("info", message, fields);
  }

  warning(message: string, fields: LogFields = {}): void {
    this.#log("warning", message, fields);
  }

  error(message: string, fields: LogFields = {}): void {
    this.#log("error", message, fields);
  }

  with(fields: LogFields): Logger {
    return new CategoryLogger(this.#logger.with(fields), this.#redactors);
  }

  hide(redactor: Redactor): Disposable {
    this.#redactors.add(redactor);
    return { [Symbol.dispose]: () => void this.#redactors.delete(redactor) };
  }

  /** Not by the methods of LogTape: they take messages for templates. */
  #log(level: LogLevel, message: string, fields: LogFields): void {
    if (!this.#logger.isEnabledFor(level)) return;
    const frames = level === "error" || this.#logger.isEnabledFor("debug");
    this.#logger.emit({
      level,
      timestamp: Date.now(),
      message: [message],
      rawMessage: message,
      properties: fields["error"] === undefined
        ? fields
        : { ...fields, error: new ErrorDetail(fields["error"], { frames }) },
    });
  }
}
