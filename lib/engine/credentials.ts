import type { Secret } from "../secret/secret.ts";

/** What a registry wants to see before it serves or accepts an image. */
export interface RegistryCredentials {
  /** The registry's host, with its port where it has one; never a prefix. */
  readonly registry: string;
  readonly username: string;
  readonly password: Secret;
}
