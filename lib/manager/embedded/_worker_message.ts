import type { Dict } from "../../wamp/messages.ts";
import { type LogEntry, type Phase, PHASES } from "../manager.ts";
import { FAILURE_URIS } from "../wamp/uris.ts";
import type { CacheTagCall } from "./build_report.ts";
import type { BuildOutcome } from "./build_report.ts";

/** The keys that a log entry may have. */
const ENTRY_KEYS = new Set(["stream", "status", "id", "progressDetail"]);

const KNOWN_FAILURES = new Set<string>(Object.values(FAILURE_URIS));

/** What a worker sent is not what the manager needs. */
export class InvalidWorkerMessage extends Error {
  override readonly name = "InvalidWorkerMessage";
}

/** What a worker tells while it builds. */
export type Told =
  | {
    readonly kind: "phase";
    readonly phase: Phase;
    readonly statusData: Dict;
  }
  | {
    readonly kind: "log";
    readonly phase: Phase;
    readonly entry: LogEntry;
  };

/**
 * Reads the `kwargs` of `logmessagesynchronously`.
 *
 * @throws {InvalidWorkerMessage}
 */
export function parseTold(kwargs: Dict): Told {
  const phase = PHASES.find((phase) => phase === kwargs.phase);
  if (phase === undefined) {
    throw new InvalidWorkerMessage(`Unknown phase ${show(kwargs.phase)}`);
  }
  const data = parseJsonData(kwargs.json_data);
  if (!("status_data" in data)) {
    return { kind: "log", phase, entry: parseEntry(data) };
  }
  if (!isDict(data.status_data)) {
    throw new InvalidWorkerMessage("status_data is not an object");
  }
  return { kind: "phase", phase, statusData: data.status_data };
}

function parseJsonData(text: unknown): Dict {
  if (typeof text !== "string") {
    throw new InvalidWorkerMessage("json_data is not a string");
  }
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch (cause) {
    throw new InvalidWorkerMessage("json_data is not JSON", { cause });
  }
  if (!isDict(data)) {
    throw new InvalidWorkerMessage("json_data is not an object");
  }
  return data;
}

/** An `error` key, above all, would mark the build as failed. */
function parseEntry(data: Dict): LogEntry {
  const unknown = Object.keys(data).filter((key) => !ENTRY_KEYS.has(key));
  if (unknown.length > 0) {
    throw new InvalidWorkerMessage(`Unknown log keys: ${unknown.join(", ")}`);
  }
  const { stream, status, id, progressDetail } = data;
  return {
    ...(stream !== undefined && { stream: text(stream, "stream") }),
    ...(status !== undefined && { status: text(status, "status") }),
    ...(id !== undefined && { id: text(id, "id") }),
    ...(progressDetail !== undefined &&
      { progressDetail: parseProgress(progressDetail) }),
  };
}

function parseProgress(
  value: unknown,
): { current: number; total: number } {
  if (isDict(value)) {
    const { current, total } = value;
    if (typeof current === "number" && typeof total === "number") {
      return { current, total };
    }
  }
  throw new InvalidWorkerMessage("progressDetail lacks current or total");
}

/**
 * Reads the `kwargs` of `ready`.
 *
 * @throws {InvalidWorkerMessage}
 */
export function parseReady(
  { token, version }: Dict,
): { token: string; version: string } {
  return { token: text(token, "token"), version: text(version, "version") };
}

/**
 * Reads the `kwargs` of `determinecachetag`.
 *
 * @throws {InvalidWorkerMessage}
 */
export function parseCacheTagCall(kwargs: Dict): Omit<CacheTagCall, "realm"> {
  return {
    baseImageName: text(kwargs.base_image_name, "base_image_name"),
    baseImageTag: text(kwargs.base_image_tag, "base_image_tag"),
    baseImageId: text(kwargs.base_image_id, "base_image_id"),
    commandComments: text(kwargs.command_comments, "command_comments"),
  };
}

/**
 * Reads the `kwargs` of a build's result.
 *
 * @throws {InvalidWorkerMessage}
 */
export function parseSuccess({ image_id, digests }: Dict): BuildOutcome {
  const imageId = text(image_id, "image_id");
  if (!Array.isArray(digests)) {
    throw new InvalidWorkerMessage("digests is not a list");
  }
  const texts = digests.map((digest) => text(digest, "digest"));
  return { kind: "success", imageId, digests: texts };
}

/**
 * Reads a build's error.
 *
 * @throws {InvalidWorkerMessage}
 */
export function parseFailure(
  { uri, kwargs }: { uri: string; kwargs: Dict },
): BuildOutcome {
  if (!KNOWN_FAILURES.has(uri)) {
    throw new InvalidWorkerMessage(`Unknown error URI "${uri}"`);
  }
  const baseError = text(kwargs.base_error, "base_error");
  return { kind: "failure", uri, baseError };
}

function text(value: unknown, name: string): string {
  if (typeof value === "string") return value;
  throw new InvalidWorkerMessage(`${name} is not a string`);
}

function isDict(value: unknown): value is Dict {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function show(value: unknown): string {
  return JSON.stringify(value)?.slice(0, 100) ?? "(none)";
}
