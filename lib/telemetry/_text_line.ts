import type { ErrorDetail } from "./_error_detail.ts";
import { escapeControls } from "./_escape.ts";

/** What one line of the log consists of. */
export interface LogLine {
  /** Milliseconds since 1970. */
  readonly timestamp: number;
  readonly level: string;
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly error?: ErrorDetail;
}

/** A value that needs no quotes to be told from the next field. */
const PLAIN_VALUE = /^[^\s"=\p{Cc}]+$/u;

/** A line for people: time, level, message, fields; an error on lines below. */
export function textLine(line: LogLine): string {
  const { timestamp, level, message, fields, error } = line;
  const words = [
    new Date(timestamp).toISOString(),
    level.padEnd("warning".length),
    escapeControls(message),
    ...Object.entries(fields).flatMap(([name, value]) =>
      value === undefined ? [] : [field(name, value)]
    ),
  ];
  const lines = [words.join(" "), ...(error ? errorLines(error) : [])];
  return `${lines.join("\n")}\n`;
}

function field(name: string, value: unknown): string {
  const text = typeof value === "string" ? value : JSON.stringify(value) ?? "";
  const isPlain = typeof value !== "string" || PLAIN_VALUE.test(text);
  return `${name}=${escapeControls(isPlain ? text : JSON.stringify(text))}`;
}

/** The error, what it is made of, and what caused it. */
function errorLines(error: ErrorDetail, indent = "  ", lead = ""): string[] {
  const { name, message, frames = [], errors = [], cause } = error;
  const [first = "", ...others] = `${lead}${name}: ${message}`.split("\n");
  const inner = `${indent}  `;
  return [
    indent + escapeControls(first),
    ...[...others, ...frames].map((line) => inner + escapeControls(line)),
    ...errors.flatMap((error) => errorLines(error, inner)),
    ...(cause ? errorLines(cause, indent, "caused by ") : []),
  ];
}
