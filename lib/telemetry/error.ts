/**
 * What the operator asked to see of the worker cannot be shown; the message
 * says why and what to do.
 */
export class TelemetryError extends Error {
  override readonly name = "TelemetryError";
}
