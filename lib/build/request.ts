import type { RegistryCredentials } from "../engine/credentials.ts";
import type { Secret } from "../secret/secret.ts";

/** Where the files of a build come from. */
export type BuildSource =
  | {
    readonly kind: "package";
    /** An archive or a plain Dockerfile; often signed, hence a secret. */
    readonly url: Secret;
  }
  | {
    readonly kind: "git";
    /** The repository's address; with a login in it, a secret. */
    readonly url: Secret;
    readonly commit: string;
    /** The key that opens an ssh repository. */
    readonly privateKey?: Secret;
  };

/** One build, validated, as the manager asked for it. */
export interface BuildRequest {
  readonly source: BuildSource;
  /** Directory inside the source that is the context, as it was sent. */
  readonly context: string;
  /** The Dockerfile relative to `context`, as it was sent; may be empty. */
  readonly dockerfilePath: string;
  /** `namespace/name`. */
  readonly repository: string;
  /** `host[:port]` of the registry that holds `repository`. */
  readonly registry: string;
  /** Opens `repository` for pulling the cache image. */
  readonly pullCredentials?: RegistryCredentials;
  /** Opens `repository` for pushing. */
  readonly pushCredentials?: RegistryCredentials;
  /** Opens the base image where it lives on `registry`. */
  readonly baseImageCredentials?: RegistryCredentials;
  /** Tags to push, at least one. */
  readonly tags: readonly string[];
}

/** What a successful build left in the registry. */
export interface BuildResult {
  /** The engine's ID of the image. */
  readonly imageId: string;
  /** `host/namespace/name@sha256:…`, this repository's alone. */
  readonly digests: readonly string[];
}
