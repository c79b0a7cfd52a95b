import type { Payload } from "./messages.ts";

/** How long to wait for an answer. */
export interface RequestOptions {
  /** In milliseconds, at most 2^31 - 1. Default 10,000. */
  readonly timeout?: number;
  /** Ends the waiting; what was asked is not taken back. */
  readonly signal?: AbortSignal;
}

/** The deadline of a request that names none, in milliseconds. */
export const DEFAULT_TIMEOUT = 10_000;

/** Options of {@linkcode Session.call}. */
export interface CallOptions extends RequestOptions, Partial<Payload> {
  /**
   * Sends CANCEL (mode `kill`) when it aborts; the call goes on waiting for
   * the answer that this brings about. Only for routers known to have the
   * feature: the one that Quay runs (autobahn 0.9.3) drops the connection.
   */
  readonly cancelSignal?: AbortSignal;
}

/** Options of {@linkcode Session.publish}. */
export interface PublishOptions extends Partial<Payload> {
  readonly acknowledge?: false;
}

/** Options of {@linkcode Session.publish} with an answer. */
export interface AcknowledgedPublishOptions
  extends RequestOptions, Partial<Payload> {
  readonly acknowledge: true;
}

/** Options of {@linkcode Session.open}. */
export interface SessionOptions extends RequestOptions {
  /** The realm to join. */
  readonly realm: string;
  /** Name and version of the program, for the router's operator. */
  readonly agent?: string;
  /**
   * Receives what a handler threw that the other side must not see. Default:
   * it is dropped.
   */
  readonly onError?: (error: unknown) => void;
}
