import { statfs } from "node:fs/promises";
import { isGranted } from "../config/is_granted.ts";
import type { EngineClient } from "../engine/client.ts";
import { getDiskUsage } from "../engine/disk_usage.ts";
import { type EngineInfo, getInfo } from "../engine/info.ts";

/** What {@linkcode measureFreeSpace} needs to know. */
export interface FreeSpaceOptions {
  /** Size of the engine's disk in bytes, where its operator gave it. */
  readonly size?: number | undefined;
  readonly signal: AbortSignal;
}

/**
 * Finds out how much space is free on the engine's disk, by the first way that
 * gives it: what the storage driver tells; the file system itself, where the
 * engine is on this machine and Deno may look (`--allow-sys=statfs` and
 * reading the engine's directory); what the engine stores, taken from the size
 * that the operator gave.
 *
 * @returns bytes; `undefined` where none of these tells
 * @throws {EngineError}
 */
export async function measureFreeSpace(
  engine: EngineClient,
  { size, signal }: FreeSpaceOptions,
): Promise<number | undefined> {
  const info = await getInfo(engine, { signal });
  const told = spaceOfDriver(info) ?? await spaceOfFileSystem(engine, info);
  if (told !== undefined || size === undefined) return told;
  const usage = await getDiskUsage(engine, { signal });
  const { layers, containers, volumes, buildCache } = usage;
  return Math.max(0, size - layers - containers - volumes - buildCache);
}

/**
 * What storage drivers call their free space: devicemapper in decimal units
 * ("1.5 GB"), zfs in bytes (Engine 20.10, `daemon/graphdriver`).
 */
const DRIVER_KEYS = ["Data Space Available", "Space Available"];

const DECIMAL_UNITS = ["B", "kB", "MB", "GB", "TB", "PB"];

function spaceOfDriver({ driverStatus }: EngineInfo): number | undefined {
  for (const key of DRIVER_KEYS) {
    const [, digits, unit = "B"] =
      /^(\d+(?:\.\d+)?)\s*([kMGTP]?B)?$/.exec(driverStatus.get(key) ?? "") ??
        [];
    if (digits === undefined) continue;
    return Number(digits) * 1_000 ** DECIMAL_UNITS.indexOf(unit);
  }
  return undefined;
}

async function spaceOfFileSystem(
  { address }: EngineClient,
  { rootDirectory }: EngineInfo,
): Promise<number | undefined> {
  if (address.kind !== "unix" || rootDirectory === undefined) return undefined;
  const descriptors = [
    { name: "sys", kind: "statfs" },
    { name: "read", path: rootDirectory },
  ] as const;
  for (const descriptor of descriptors) {
    if (!await isGranted(descriptor)) return undefined;
  }
  try {
    const { bavail, bsize } = await statfs(rootDirectory);
    return bavail * bsize;
  } catch {
    // The engine is in another container, whose files are not seen here.
    return undefined;
  }
}
