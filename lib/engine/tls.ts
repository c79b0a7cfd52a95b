import type { Secret } from "../secret/secret.ts";

/** What TLS to an engine needs, each a PEM text. */
export interface EngineTls {
  /** The authority that vouches for the engine, beside the system's. */
  readonly ca?: string;
  /** The client's certificate and its private key. */
  readonly identity?: { readonly cert: string; readonly key: Secret };
}
