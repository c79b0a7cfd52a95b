import type { BuildOptions } from "../build/run_build.ts";
import type { Config } from "./config.ts";

/** Microseconds of the period that processors are shared in (the kernel's own). */
const CPU_PERIOD = 100_000;

/** How the configuration has builds run. */
export function buildOptions(
  settings: Config["settings"],
): Pick<BuildOptions, "logLimit" | "limits" | "container"> {
  const {
    BUILD_CPUS: cpus,
    BUILD_MEMORY: memory,
    BUILD_SHM_SIZE: shmSize,
    BUILD_ULIMITS: ulimits,
  } = settings;
  return {
    logLimit: settings.BUILD_LOG_LIMIT,
    limits: {
      build: settings.BUILD_TIMEOUT,
      pull: settings.PULL_TIMEOUT,
      push: settings.PUSH_TIMEOUT,
      transferIdle: settings.TRANSFER_IDLE_TIMEOUT,
    },
    container: {
      networkMode: settings.BUILD_NETWORK,
      resources: {
        ...(memory !== undefined && { memory }),
        ...(cpus !== undefined && {
          cpuPeriod: CPU_PERIOD,
          cpuQuota: Math.round(cpus * CPU_PERIOD),
        }),
        ...(shmSize !== undefined && { shmSize }),
        ...(ulimits !== undefined && { ulimits }),
      },
    },
  };
}
