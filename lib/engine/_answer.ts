import { numberOf, recordOf, stringOf } from "./_json.ts";
import { readBody } from "./_body.ts";
import { EngineProtocolError } from "./errors.ts";

/**
 * Reads an answer that is a JSON object.
 *
 * @throws {EngineProtocolError} when it is none.
 */
export async function readAnswer(
  response: Response,
  action: string,
): Promise<Answer> {
  return new Answer(await readJson(response, action), action);
}

/**
 * Reads an answer that is a list of JSON objects.
 *
 * @throws {EngineProtocolError} when it is none.
 */
export async function readAnswers(
  response: Response,
  action: string,
): Promise<Answer[]> {
  return toAnswers(await readJson(response, action), action);
}

/** A JSON object out of an answer; its fields are checked as they are read. */
export class Answer {
  readonly #record: Record<string, unknown>;
  readonly #action: string;

  /** @throws {EngineProtocolError} when `value` is no JSON object. */
  constructor(value: unknown, action: string) {
    const record = recordOf(value);
    if (record === undefined) {
      throw new EngineProtocolError("the answer is no JSON object", { action });
    }
    this.#record = record;
    this.#action = action;
  }

  /** @throws {EngineProtocolError} when there is no such string. */
  string(key: string): string {
    return this.#required(key, this.maybeString(key));
  }

  /** @throws {EngineProtocolError} when there is no such number. */
  number(key: string): number {
    return this.#required(key, this.maybeNumber(key));
  }

  /**
   * A time, from seconds since 1970, as RFC 3339 has it.
   *
   * @throws {EngineProtocolError} when there is no such number.
   */
  time(key: string): string {
    const date = new Date(this.number(key) * 1_000);
    const isValid = !Number.isNaN(date.getTime());
    return this.#required(key, isValid ? date.toISOString() : undefined);
  }

  maybeString(key: string): string | undefined {
    return stringOf(this.#record[key]);
  }

  maybeNumber(key: string): number | undefined {
    return numberOf(this.#record[key]);
  }

  /** A JSON object, unchecked. */
  maybeRecord(key: string): Record<string, unknown> | undefined {
    return recordOf(this.#record[key]);
  }

  /** The strings of a list; none where there is no list. */
  strings(key: string): string[] {
    const list = this.#record[key];
    return Array.isArray(list)
      ? list.filter((item) => typeof item === "string")
      : [];
  }

  /** The pairs of strings of a list; none where there is no list. */
  pairs(key: string): (readonly [string, string])[] {
    const list = this.#record[key];
    return Array.isArray(list) ? list.filter(isPair) : [];
  }

  /** The objects of a list, unchecked; none where there is no list. */
  records(key: string): Record<string, unknown>[] {
    const list = this.#record[key];
    return Array.isArray(list)
      ? list.map(recordOf).filter((item) => item !== undefined)
      : [];
  }

  #required<T>(key: string, value: T | undefined): T {
    if (value !== undefined) return value;
    throw new EngineProtocolError(`the answer has no valid "${key}"`, {
      action: this.#action,
    });
  }
}

function isPair(value: unknown): value is readonly [string, string] {
  return Array.isArray(value) && value.length === 2 &&
    value.every((item) => typeof item === "string");
}

/** Go writes `null` for an empty list. */
function toAnswers(list: unknown, action: string): Answer[] {
  if (list === null) return [];
  if (Array.isArray(list)) return list.map((item) => new Answer(item, action));
  throw new EngineProtocolError("the answer is no list", { action });
}

async function readJson(response: Response, action: string): Promise<unknown> {
  const text = await readBody(response, action);
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new EngineProtocolError("the answer is no JSON", { action, cause });
  }
}
