import { readAnswer } from "./_answer.ts";
import type { EngineCallOptions, EngineClient } from "./client.ts";

/** How the engine is set up. */
export interface EngineInfo {
  readonly serverVersion: string;
  /** The storage driver; `overlayfs` and other snapshotters of containerd differ in what a push tells. */
  readonly driver: string | undefined;
  /** What the storage driver tells of itself, such as the space it has left. */
  readonly driverStatus: ReadonlyMap<string, string>;
  /** The directory that holds everything the engine stores, on its machine. */
  readonly rootDirectory: string | undefined;
  readonly images: number | undefined;
  readonly containers: number | undefined;
  readonly cpus: number | undefined;
  /** Bytes. */
  readonly memory: number | undefined;
  readonly warnings: readonly string[];
  /** How it is secured, such as `name=rootless` and `name=userns`. */
  readonly securityOptions: readonly string[];
}

/**
 * Asks the engine how it is set up (`GET /info`).
 *
 * @throws {EngineError}
 */
export async function getInfo(
  client: EngineClient,
  options: EngineCallOptions = {},
): Promise<EngineInfo> {
  const action = "ask the engine how it is set up";
  const response = await client.request({ ...options, action, path: "/info" });
  const answer = await readAnswer(response, action);
  return {
    serverVersion: answer.string("ServerVersion"),
    driver: answer.maybeString("Driver"),
    driverStatus: new Map(answer.pairs("DriverStatus")),
    rootDirectory: answer.maybeString("DockerRootDir"),
    images: answer.maybeNumber("Images"),
    containers: answer.maybeNumber("Containers"),
    cpus: answer.maybeNumber("NCPU"),
    memory: answer.maybeNumber("MemTotal"),
    warnings: answer.strings("Warnings"),
    securityOptions: answer.strings("SecurityOptions"),
  };
}
