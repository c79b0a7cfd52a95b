import type { Ulimit } from "../engine/build_options.ts";

/** The engine's networks by name, besides `bridge`, `host` and `none`. */
const NETWORK = /^[a-z0-9][a-z0-9_.-]*$/i;

/**
 * The network of a container: `bridge`, `host`, `none`, or the name of one
 * that the engine has.
 */
export function network(value: string): string {
  if (!NETWORK.test(value)) throw new Error("none, host or a network's name");
  return value;
}

/** Fewest and most processors; the engine counts in hundredths. */
const MIN_CPUS = 0.01;
const MAX_CPUS = 10_000;

/** A share of processors: `2`, `1.5`, `0.25`. */
export function cpus(value: string): number {
  const parsed = /^\d+(\.\d+)?$/.test(value) ? Number(value) : NaN;
  if (parsed >= MIN_CPUS && parsed <= MAX_CPUS) return parsed;
  throw new Error("a number of processors such as 2, 1.5 or 0.25");
}

/** What the engine knows limits of (docker/go-units, `ulimit.go`). */
const ULIMITS = [
  "core",
  "cpu",
  "data",
  "fsize",
  "locks",
  "memlock",
  "msgqueue",
  "nice",
  "nofile",
  "nproc",
  "rss",
  "rtprio",
  "rttime",
  "sigpending",
  "stack",
];

/**
 * Limits of a container's processes: `nofile=1024:2048,nproc=512`, each
 * soft and hard, or both in one; `-1` for no limit.
 */
export function ulimits(value: string): readonly Ulimit[] {
  const limits = value.split(",").map((part) => ulimit(part.trim()));
  const names = limits.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new Error(`"${twice}" once`);
  return limits;
}

function ulimit(text: string): Ulimit {
  const [, name = "", first, second = first] =
    /^([a-z]+)=(-1|\d+)(?::(-1|\d+))?$/.exec(text) ?? [];
  const [soft, hard] = [Number(first), Number(second)];
  if (!Number.isSafeInteger(soft) || !Number.isSafeInteger(hard)) {
    throw new Error("limits such as nofile=1024:2048,nproc=512");
  }
  if (!ULIMITS.includes(name)) {
    throw new Error(`limits of ${ULIMITS.join(", ")}`);
  }
  if (hard !== -1 && (soft === -1 || soft > hard)) {
    throw new Error(`a soft limit of "${name}" that is not above the hard one`);
  }
  return { name, soft, hard };
}
