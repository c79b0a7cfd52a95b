import type { EngineCallOptions } from "./client.ts";
import type { RegistryCredentials } from "./credentials.ts";
import type { OnEngineMessage } from "./message.ts";

/** Options of {@linkcode pullImage} and {@linkcode pushImage}. */
export interface TransferOptions extends EngineCallOptions {
  /** Opens the image's repository. Default: anonymous. */
  credentials?: RegistryCredentials | undefined;
  onMessage?: OnEngineMessage | undefined;
  /**
   * Longest silence of the engine, in milliseconds, after which the transfer
   * counts as stalled. Default: any.
   */
  idleTimeout?: number | undefined;
}
