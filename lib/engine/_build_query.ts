import type { BuildImageOptions, BuildResources } from "./build_options.ts";

/** The query of `POST /build`. */
export function buildQuery(options: BuildImageOptions): URLSearchParams {
  const query = new URLSearchParams({ rm: "1", forcerm: "1" });
  for (const tag of options.tags ?? []) query.append("t", tag);
  const single = {
    dockerfile: options.dockerfile,
    cachefrom: toJson(options.cacheFrom),
    buildargs: toJson(options.buildArgs),
    labels: toJson(options.labels),
    pull: options.pull === true ? "1" : undefined,
    networkmode: options.networkMode,
    platform: options.platform,
    ...resourceParameters(options.resources ?? {}),
  };
  for (const [name, value] of Object.entries(single)) {
    if (value !== undefined) query.set(name, String(value));
  }
  return query;
}

function resourceParameters(
  resources: BuildResources,
): Record<string, string | number | undefined> {
  return {
    memory: resources.memory,
    memswap: resources.memorySwap,
    cpushares: resources.cpuShares,
    cpuperiod: resources.cpuPeriod,
    cpuquota: resources.cpuQuota,
    cpusetcpus: resources.cpuset,
    shmsize: resources.shmSize,
    ulimits: toJson(
      resources.ulimits?.map(({ name, soft, hard }) => ({
        Name: name,
        Soft: soft,
        Hard: hard,
      })),
    ),
  };
}

function toJson(value: unknown): string | undefined {
  return value === undefined ? undefined : JSON.stringify(value);
}
