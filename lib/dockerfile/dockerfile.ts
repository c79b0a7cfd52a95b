import type { ImageReference } from "../image/reference.ts";

/** What a stage is built upon. */
export type StageBase =
  /** Nothing. */
  | { readonly kind: "scratch" }
  /** An earlier stage, by its place in {@linkcode Dockerfile.stages}. */
  | { readonly kind: "stage"; readonly index: number }
  /** An image from outside. */
  | {
    readonly kind: "image";
    readonly reference: ImageReference;
    /** `os[/architecture[/variant]]`, where `FROM` names one. */
    readonly platform: string | undefined;
  };

/** One `FROM` and what follows it. */
export interface Stage {
  /** In lower case; none where `FROM` gives none. */
  readonly name: string | undefined;
  readonly base: StageBase;
  /** The line of its `FROM`, counted from 1. */
  readonly line: number;
}

/** Something that the classic builder does not do, and says so by itself. */
export interface BuildKitFeature {
  /** The line it stands on, counted from 1. */
  readonly line: number;
  /** As its author knows it: `RUN --mount`, `$TARGETARCH`. */
  readonly feature: string;
}

/** What a Dockerfile needs, as far as it can be told without building it. */
export interface Dockerfile {
  /** At least one. The classic builder builds them all, in this order. */
  readonly stages: readonly Stage[];
  /** The image of the first `FROM` that names one from outside. */
  readonly base: ImageReference | undefined;
  /**
   * Every image from outside, once: those of all `FROM`, `COPY --from` and
   * `RUN --mount=from`, {@linkcode base} first, then by where they stand.
   * Images that a base image's own `ONBUILD` asks for are not among them.
   */
  readonly images: readonly ImageReference[];
  /** Why a build would fail without BuildKit, by line. */
  readonly needsBuildKit: readonly BuildKitFeature[];
}
