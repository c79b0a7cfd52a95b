import { ImageLeases } from "../build/image_leases.ts";
import { Journal } from "../build/journal/journal.ts";
import { runBuild } from "../build/run_build.ts";
import { buildOptions } from "../config/build_options.ts";
import { checkPermissions } from "../config/check_permissions.ts";
import { type Config, loadConfig } from "../config/config.ts";
import { type Connections, openConnections } from "../config/connections.ts";
import { configuredProxies } from "../config/proxies.ts";
import { prepareTemporaryDirectory } from "../config/temporary_directory.ts";
import { proxyToEngine } from "../engine/address.ts";
import { EngineClient } from "../engine/client.ts";
import type { BuildHandler } from "../manager/manager.ts";
import { WampManager } from "../manager/wamp/wamp_manager.ts";
import { Redactor } from "../secret/redactor.ts";
import { openWorkerLog, type WorkerLog } from "../telemetry/log.ts";
import { openTelemetry } from "../telemetry/telemetry.ts";
import { VERSION } from "../version.ts";
import { type Builder, runBuilders } from "../worker/builders.ts";
import { HostWatch } from "../worker/host_watch.ts";
import { removeOrphanedFiles } from "../worker/orphans.ts";
import { runWorker } from "../worker/worker.ts";
import type { ParsedArgs } from "./command.ts";
import { EXIT_CODES } from "./exit_codes.ts";
import { listenToSignals, type StopSignals } from "./signals.ts";

/**
 * The command without a name: a worker.
 *
 * @returns the process's exit code, one of {@linkcode EXIT_CODES}
 * @throws {ConfigError} when the configuration cannot be used
 * @throws {TelemetryError} when what LISTEN asks for cannot be had
 */
export async function work({ settings: flags }: ParsedArgs): Promise<number> {
  const config = loadConfig((name) => Deno.env.get(name), { flags });
  await checkPermissions(config);
  await prepareTemporaryDirectory(config);
  using connections = await openConnections(config);
  await using log = await openWorkerLog({
    level: config.settings.LOG_LEVEL,
    format: config.settings.LOG_FORMAT,
  });
  const { logger } = log;
  using signals = listenToSignals({
    drainTimeout: config.settings.DRAIN_TIMEOUT,
    onSignal: (count) =>
      logger.info(SIGNAL_MEANINGS[count] ?? "Stopping at once"),
    onDrainTimeout: () =>
      logger.warning(
        "DRAIN_TIMEOUT is over: cancelling the running builds, if any",
      ),
  });
  return await Promise.race([
    live({ config, connections, log, signals }),
    signals.force.then(() => EXIT_CODES.forced),
  ]);
}

const SIGNAL_MEANINGS: Readonly<Record<number, string>> = {
  1: "Asked to stop: finishing the running builds, if any",
  2: "Asked again: cancelling the running builds, if any",
};

/** What a worker lives on. */
interface Provisions {
  readonly config: Config;
  readonly connections: Connections;
  readonly log: WorkerLog;
  readonly signals: StopSignals;
}

async function live(
  { config, connections, log, signals }: Provisions,
): Promise<number> {
  const { endpoint, mode, settings } = config;
  const { drain, cancel } = signals;
  const { logger } = log;
  using _hidden = logger.hide(
    new Redactor([
      ...(mode.kind === "hosted" ? [mode.token] : []),
      ...connections.secrets,
    ]),
  );
  await using telemetry = await openTelemetry({
    listen: settings.LISTEN,
    logger,
  });
  await using engine = new EngineClient(config.engine, {
    tls: connections.engineTls,
    proxy: proxyToEngine(config.engine, configuredProxies(settings)),
  });
  const images = new ImageLeases(engine, {
    logger,
    cacheSize: settings.IMAGE_CACHE,
  });
  await using _journal = new Journal(engine, { images, logger });
  await removeOrphanedFiles(settings.TMPDIR, logger);
  await using host = new HostWatch({
    engine,
    disk: { floor: settings.DISK_FLOOR, size: settings.DISK_SIZE },
    catchUp: (signal) => images.catchUp(signal),
    reclaim: (signal) => images.reclaim(signal),
    logger,
    observer: telemetry.worker,
  });
  const run = ({ logger, onState }: Builder) => {
    const onBuild: BuildHandler = (request, reporter, signal) =>
      runBuild(request, {
        reporter,
        engine,
        logger: logger.with({
          realm: reporter.realm,
          build: crypto.randomUUID().slice(0, 8),
        }),
        source: connections.source,
        proxies: connections.buildProxies,
        ...buildOptions(settings),
        images,
        observer: telemetry.observeBuild({
          realm: reporter.realm,
          source: request.source.kind,
        }),
        signal,
      });
    const manager = new WampManager({
      endpoint,
      client: connections.managerClient,
      proxy: connections.managerProxy,
      mode,
      agent: `quay-builder/${VERSION}`,
      answerTimeout: settings.MANAGER_TIMEOUT,
      logger,
      observer: telemetry.manager,
    });
    return runWorker(manager, {
      mode,
      onBuild,
      host,
      logger,
      drain,
      cancel,
      onState,
    });
  };
  const end = await runBuilders({
    count: settings.BUILDERS,
    run,
    logger,
    observer: telemetry.worker,
    drain,
  });
  switch (end.kind) {
    case "done":
      return signals.isForced ? EXIT_CODES.forced : EXIT_CODES.done;
    case "cancelled":
      return EXIT_CODES.forced;
    case "refused":
      return EXIT_CODES.refused;
  }
}
