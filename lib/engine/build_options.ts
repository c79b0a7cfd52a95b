import type { BuildTrace } from "./build_trace.ts";
import type { EngineCallOptions } from "./client.ts";
import type { RegistryCredentials } from "./credentials.ts";
import type { OnEngineMessage } from "./message.ts";

/** Limits of one resource inside a build's containers (`setrlimit`). */
export interface Ulimit {
  /** In Docker's words: `nofile`, `nproc`, `core`. */
  readonly name: string;
  readonly soft: number;
  readonly hard: number;
}

/** What the containers of a build may use; by default whatever the engine has. */
export interface BuildResources {
  /** Bytes. */
  readonly memory?: number;
  /** Bytes of memory and swap together; -1 for no limit on swap. */
  readonly memorySwap?: number;
  /** Weight against other containers; the engine's default is 1024. */
  readonly cpuShares?: number;
  /** Microseconds. */
  readonly cpuPeriod?: number;
  /** Microseconds of processor time in each period. */
  readonly cpuQuota?: number;
  /** Processors by number: `0-2,4`. */
  readonly cpuset?: string;
  /** Bytes of `/dev/shm`. */
  readonly shmSize?: number;
  readonly ulimits?: readonly Ulimit[];
}

/** How to build an image. */
export interface BuildImageOptions extends EngineCallOptions {
  /** The Dockerfile's path in the context. Default `Dockerfile`. */
  dockerfile?: string | undefined;
  /** Names for the image, each `name[:tag]`. Default: none. */
  tags?: readonly string[];
  /** Images whose layers may serve as cache, if they are on the engine. */
  cacheFrom?: readonly string[];
  buildArgs?: Readonly<Record<string, string>>;
  labels?: Readonly<Record<string, string>>;
  /** Opens the registries that base images come from. Default: anonymous. */
  credentials?: readonly RegistryCredentials[];
  /** Whether to ask the registries for newer bases. Default `false`. */
  pull?: boolean;
  /** `bridge`, `host`, `none`, a network's name. Default: the engine's. */
  networkMode?: string | undefined;
  resources?: BuildResources;
  /** `os[/arch[/variant]]`. Default: the engine's own. */
  platform?: string | undefined;
  /** Notes what the build makes, also when it fails. */
  trace?: BuildTrace;
  onMessage?: OnEngineMessage | undefined;
}
