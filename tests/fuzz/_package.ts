import { toBytes } from "@std/streams";
import { openBuildContext } from "../../lib/context/context.ts";
import { ContextError } from "../../lib/context/error.ts";
import type { ContextLimits } from "../../lib/context/limits.ts";
import { openPackage } from "../../lib/context/package.ts";
import { spoolOf } from "../context/_support.ts";
import { attemptAsync } from "./_fuzz.ts";

type Bytes = Uint8Array<ArrayBuffer>;

/** What a build asks of its package. */
export interface PackageRequest {
  readonly context?: string;
  readonly dockerfilePath?: string;
}

/** Small, so that a case that unpacks to more is over soon. */
const LIMITS: Partial<ContextLimits> = {
  unpackedBytes: 4 * 1024 ** 2,
  entries: 2_000,
  dockerfileBytes: 64 * 1024,
};

/** A package on its way to the engine: its Dockerfile and rules read, and sent. */
export async function send(
  bytes: Bytes,
  request: PackageRequest = {},
): Promise<Bytes> {
  await using source = await openPackage(await spoolOf(bytes), {
    limits: LIMITS,
  });
  const context = await openBuildContext(source, {
    ...request,
    limits: LIMITS,
  });
  return await toBytes(context.stream()) as Bytes;
}

/** Reads a package to its end, as the engine would. */
export async function readWhole(bytes: Bytes): Promise<void> {
  await using source = await openPackage(await spoolOf(bytes));
  await source.survey([], { maxFileBytes: 0 });
}

/** Sends a package, which may be damaged, and reads what is sent. */
export async function sendAndRead(
  bytes: Bytes,
  request: PackageRequest,
): Promise<void> {
  const sent = await attemptAsync(() => send(bytes, request), ContextError);
  if (sent !== undefined) await readWhole(sent);
}
