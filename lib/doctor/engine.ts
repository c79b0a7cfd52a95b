import { format as formatBytes } from "@std/fmt/bytes";
import type { ConfigReading } from "../config/config.ts";
import { configuredProxies } from "../config/proxies.ts";
import {
  type EngineAddress,
  formatEngineAddress,
  proxyToEngine,
} from "../engine/address.ts";
import { EngineClient } from "../engine/client.ts";
import {
  EngineError,
  EngineUnavailableError,
  type UnavailableReason,
} from "../engine/errors.ts";
import { getInfo } from "../engine/info.ts";
import { ping } from "../engine/ping.ts";
import { getVersion } from "../engine/version.ts";
import { measureFreeSpace } from "../worker/disk.ts";
import { workerMay } from "./_worker_permissions.ts";
import {
  type Check,
  type Finding,
  ok,
  unchecked,
  warning,
  wrong,
} from "./check.ts";

/** Whether the engine can be used, and what it is. */
export const ENGINE: Check = {
  name: "engine",
  async *look({ config: { engine: address, settings }, tls }, signal) {
    if (address === undefined) {
      yield unchecked("its address is not known", "See the configuration");
      return;
    }
    const stranger = await noSocket(address);
    if (stranger !== undefined) {
      yield stranger;
      return;
    }
    const proxy = proxyToEngine(address, configuredProxies(settings));
    await using engine = new EngineClient(address, { tls: tls.engine, proxy });
    try {
      yield* describe(engine, signal);
      yield await disk(engine, settings, signal);
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      yield wrong(error.message, adviceOn(error, proxy));
    }
  },
};

/** A file of another kind refuses connections like an engine that is not there. */
async function noSocket(address: EngineAddress): Promise<Finding | undefined> {
  if (address.kind !== "unix") return undefined;
  try {
    const { isSocket } = await Deno.stat(address.path);
    return isSocket ? undefined : wrong(
      `${address.path} is no socket`,
      "Set DOCKER_HOST to the engine's socket. Docker makes a directory in place of one that is not there yet when a container mounts it: remove it, and start the engine first",
    );
  } catch {
    // Connecting tells what is wrong.
    return undefined;
  }
}

async function* describe(
  engine: EngineClient,
  signal: AbortSignal,
): AsyncGenerator<Finding> {
  const { builderVersion } = await ping(engine, { signal });
  const { version, os, arch } = await getVersion(engine, { signal });
  const spoken = await engine.apiVersion({ signal });
  yield ok(
    `Docker ${version} for ${os}/${arch} at ${
      formatEngineAddress(engine.address)
    }, API ${spoken}`,
  );
  const { driver, rootDirectory, securityOptions, warnings } = await getInfo(
    engine,
    { signal },
  );
  const builder = builderVersion === "2" ? "BuildKit" : "the classic builder";
  yield ok(
    `it recommends ${builder}, and stores in ${rootDirectory} (${driver})`,
  );
  const modes = securityOptions.filter((option) =>
    /^name=(rootless|userns)/.test(option)
  );
  if (modes.length > 0) {
    yield ok(`it runs ${modes.map(modeOf).join(" and ")}`);
  }
  for (const text of warnings.filter((text) => /encryption/i.test(text))) {
    yield warning(
      text.replace(/^WARNING: /, "").split("\n")[0] ?? text,
      "Whoever reaches the engine is root on its machine: protect it with TLS and DOCKER_CERT_PATH",
    );
  }
}

function modeOf(option: string): string {
  return option.startsWith("name=rootless")
    ? "rootless: networks and limits of builds depend on its user's rights"
    : "with a user namespace: root in a build is nobody outside";
}

async function disk(
  engine: EngineClient,
  settings: ConfigReading["settings"],
  signal: AbortSignal,
): Promise<Finding> {
  const { DISK_FLOOR: floor = 0, DISK_SIZE: size } = settings;
  const free = await measureFreeSpace(engine, { size, signal });
  if (free === undefined) {
    return unchecked(
      "the free space of its disk is not known",
      "Set DISK_SIZE to the size of that disk, for the worker to keep an eye on it",
    );
  }
  const found = `${formatBytes(free, { binary: true })} are free on its disk`;
  if (free < floor) {
    return wrong(
      `${found}, less than ${formatBytes(floor, { binary: true })}`,
      "The worker takes no builds then: make room (docker system prune), or set DISK_FLOOR lower",
    );
  }
  const isKnown = floor === 0 || size !== undefined ||
    await isToldToWorker(engine, signal);
  return isKnown ? ok(found) : warning(
    `${found}; a worker may not look there, so that DISK_FLOOR has no effect`,
    "Set DISK_SIZE to the size of that disk, for the worker to keep an eye on it, or DISK_FLOOR=0",
  );
}

/** Whether a worker, too, finds out how much is free, without DISK_SIZE. */
async function isToldToWorker(
  engine: EngineClient,
  signal: AbortSignal,
): Promise<boolean> {
  const { driver, rootDirectory } = await getInfo(engine, { signal });
  if (/^(devicemapper|zfs)$/.test(driver ?? "")) return true;
  return rootDirectory !== undefined &&
    await workerMay({ name: "sys", kind: "statfs" }) &&
    await workerMay({ name: "read", path: rootDirectory });
}

function adviceOn(error: EngineError, proxy: string | undefined): string {
  if (error instanceof EngineUnavailableError) return UNAVAILABLE[error.reason];
  if (proxy !== undefined) {
    return `The proxy ${proxy} may answer in the engine's place: if it is not meant to be on the way, add the engine's host to NO_PROXY`;
  }
  return "Check that a Docker engine listens at DOCKER_HOST, and that it is a recent one";
}

const UNAVAILABLE: Readonly<Record<UnavailableReason, string>> = {
  socket_missing:
    "Start the engine (systemctl start docker), mount its socket into the worker's container, or set DOCKER_HOST to where it listens",
  permission_denied:
    "Add the worker's user to the group of the socket (usermod -aG docker USER, docker run --group-add), and start it again",
  runtime_permission_missing:
    "Give Deno --allow-read and --allow-write for that socket: the program has them for /var/run/docker.sock alone",
  refused:
    "Nothing listens there: start the engine (systemctl start docker), or set DOCKER_HOST to where it listens",
  host_unknown:
    "Check the host in DOCKER_HOST, and this machine's name resolution",
  tls: "Check DOCKER_CERT_PATH, and the names in the engine's certificate",
  disconnected:
    "The port may want TLS (DOCKER_CERT_PATH), or something between cuts the connection",
  unreachable: "Check the address in DOCKER_HOST, firewalls and NO_PROXY",
};
