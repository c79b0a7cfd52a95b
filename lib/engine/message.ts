import { numberOf, recordOf, stringOf } from "./_json.ts";
import { EngineProtocolError, EngineTruncatedError } from "./errors.ts";

/** Bytes done, and bytes in all as far as the engine knows them. */
export interface EngineProgress {
  readonly current?: number;
  readonly total?: number;
}

/** A failure that the message stream tells of. */
export interface EngineMessageError {
  readonly message: string;
  /** The exit status of a failing `RUN`. */
  readonly code?: number;
}

/**
 * One message of a build, pull or push (moby `jsonmessage.JSONMessage`): the
 * fields that have a meaning and the type they must have; others are left out.
 */
export interface EngineMessage {
  /** Output of a build: a line, a part of one, or several. */
  readonly stream?: string;
  /** What a layer, or the whole transfer, is doing. */
  readonly status?: string;
  /** The layer that `status` is about. */
  readonly id?: string;
  readonly progressDetail?: EngineProgress;
  /** A result for programs: an image ID, a pushed digest. */
  readonly aux?: unknown;
  readonly error?: EngineMessageError;
}

/**
 * Takes the engine's messages in order. The engine waits while a returned
 * promise is pending, so that it must settle when the call is cancelled; what it
 * rejects with cancels the call and is what the call rejects with.
 */
export type OnEngineMessage = (message: EngineMessage) => void | Promise<void>;

/** Options of {@linkcode MessageDecoder}. */
export interface MessageDecoderOptions {
  /** What the messages are about, as it reads after "Cannot" in an error. */
  action: string;
  /** Longest message in UTF-16 code units. Default 16 Mi. */
  maxLength?: number;
}

const MAX_LENGTH = 16 * 1024 * 1024;

/**
 * Cuts the bytes of a message stream into messages: one JSON object a line
 * (`\r\n`), lines split over chunks or sharing one at will. Bytes that are no
 * UTF-8 become U+FFFD.
 */
export class MessageDecoder {
  readonly #action: string;
  readonly #maxLength: number;
  readonly #decoder = new TextDecoder();
  /** The pieces of a line whose end has not come yet. */
  #pieces: string[] = [];
  #length = 0;

  constructor(options: MessageDecoderOptions) {
    this.#action = options.action;
    this.#maxLength = options.maxLength ?? MAX_LENGTH;
  }

  /**
   * Takes the next bytes and gives the messages that they complete, each as it
   * is asked for, so that none is lost before one that cannot be understood.
   *
   * @throws {EngineProtocolError} when a line is no JSON object or too long.
   */
  *push(chunk: Uint8Array): Generator<EngineMessage> {
    const text = this.#decoder.decode(chunk, { stream: true });
    let start = 0;
    for (
      let end = text.indexOf("\n");
      end >= 0;
      end = text.indexOf("\n", start)
    ) {
      this.#keep(text.slice(start, end));
      start = end + 1;
      const line = this.#take();
      if (line !== "") yield this.#parse(line);
    }
    if (start < text.length) this.#keep(text.slice(start));
  }

  /**
   * Ends the stream and gives the message that no line end followed, if any.
   *
   * @throws {EngineTruncatedError} when the stream ends inside a message.
   */
  *end(): Generator<EngineMessage> {
    this.#keep(this.#decoder.decode());
    const line = this.#take();
    if (line === "") return;
    let last: EngineMessage;
    try {
      last = this.#parse(line);
    } catch (cause) {
      throw new EngineTruncatedError("the answer ends inside a message", {
        action: this.#action,
        cause,
      });
    }
    yield last;
  }

  #keep(piece: string): void {
    this.#length += piece.length;
    if (this.#length > this.#maxLength) {
      throw new EngineProtocolError(
        `a message is longer than ${this.#maxLength} characters`,
        { action: this.#action },
      );
    }
    this.#pieces.push(piece);
  }

  #take(): string {
    const line = this.#pieces.length === 1
      ? this.#pieces[0] ?? ""
      : this.#pieces.join("");
    this.#pieces = [];
    this.#length = 0;
    return line.trim();
  }

  #parse(line: string): EngineMessage {
    let value: unknown;
    try {
      value = JSON.parse(line);
    } catch (cause) {
      throw this.#unintelligible(line, cause);
    }
    const record = recordOf(value);
    if (record === undefined) throw this.#unintelligible(line);
    return toMessage(record);
  }

  #unintelligible(line: string, cause?: unknown): EngineProtocolError {
    const shown = line.length > 100 ? `${line.slice(0, 100)}…` : line;
    return new EngineProtocolError(
      `the answer holds something that is no message: ${JSON.stringify(shown)}`,
      { action: this.#action, cause },
    );
  }
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

function toMessage(record: Record<string, unknown>): EngineMessage {
  const message: Mutable<EngineMessage> = {};
  const { stream, status, id, aux } = record;
  if (typeof stream === "string") message.stream = stream;
  if (typeof status === "string") message.status = status;
  if (typeof id === "string") message.id = id;
  if (aux !== undefined && aux !== null) message.aux = aux;
  const progress = toProgress(recordOf(record["progressDetail"]));
  if (progress !== undefined) message.progressDetail = progress;
  const error = toError(record);
  if (error !== undefined) message.error = error;
  return message;
}

/** An empty `progressDetail` accompanies statuses that have no progress. */
function toProgress(
  record: Record<string, unknown> | undefined,
): EngineProgress | undefined {
  const current = numberOf(record?.["current"]);
  const total = numberOf(record?.["total"]);
  if (current === undefined && total === undefined) return undefined;
  return {
    ...(current !== undefined && { current }),
    ...(total !== undefined && { total }),
  };
}

/** `error` is a copy of `errorDetail.message` that API 1.48 deprecates. */
function toError(
  record: Record<string, unknown>,
): EngineMessageError | undefined {
  const { error, errorDetail } = record;
  if (error === undefined && errorDetail === undefined) return undefined;
  const detail = recordOf(errorDetail);
  const message = stringOf(detail?.["message"]) ?? stringOf(error);
  if (message === undefined && !error && !errorDetail) return undefined;
  const code = numberOf(detail?.["code"]);
  return {
    message: message ?? JSON.stringify(errorDetail ?? error),
    ...(code !== undefined && { code }),
  };
}
