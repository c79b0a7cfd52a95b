import { runBuild } from "../build/run_build.ts";
import { type Config, ConfigError, loadConfig } from "../config/config.ts";
import { SETTINGS } from "../config/settings.ts";
import { EngineClient } from "../engine/client.ts";
import type { BuildHandler } from "../manager/manager.ts";
import { WampManager } from "../manager/wamp/wamp_manager.ts";
import { sourceOptions } from "./source_options.ts";
import { Redactor } from "../secret/redactor.ts";
import { openWorkerLog, type WorkerLog } from "../telemetry/log.ts";
import { VERSION } from "../version.ts";
import { runWorker } from "../worker/worker.ts";
import { EXIT_CODES } from "./exit_codes.ts";
import { listenToSignals, type StopSignals } from "./signals.ts";

/**
 * The command without a name: a worker, configured by its environment.
 *
 * @param args what follows the program's name: nothing, so far
 * @returns the process's exit code, one of {@linkcode EXIT_CODES}
 */
export async function work(args: readonly string[]): Promise<number> {
  let config: Config;
  try {
    if (args.length > 0) throw new UsageError(args);
    config = loadConfig((name) => Deno.env.get(name));
  } catch (error) {
    const isMistake = error instanceof ConfigError ||
      error instanceof UsageError;
    if (!isMistake) throw error;
    await Deno.stderr.write(new TextEncoder().encode(`${error.message}\n`));
    return EXIT_CODES.configuration;
  }
  await using log = await openWorkerLog({
    level: config.settings.LOG_LEVEL,
    format: config.settings.LOG_FORMAT,
  });
  using signals = listenToSignals((count) =>
    log.logger.info(SIGNAL_MEANINGS[count] ?? "Stopping at once")
  );
  return await Promise.race([
    live(config, log, signals),
    signals.force.then(() => EXIT_CODES.forced),
  ]);
}

/** The program was called in a way that it does not know. */
class UsageError extends Error {
  override readonly name = "UsageError";

  constructor(args: readonly string[]) {
    super(
      `Cannot use "${args.join(" ")}": the worker takes no arguments, ` +
        `it is configured by the environment variables ${
          Object.keys(SETTINGS).join(", ")
        }`,
    );
  }
}

const SIGNAL_MEANINGS: Readonly<Record<number, string>> = {
  1: "Asked to stop: finishing the running build, if any",
  2: "Asked again: cancelling the running build, if any",
};

async function live(
  config: Config,
  log: WorkerLog,
  { drain, cancel }: StopSignals,
): Promise<number> {
  const { endpoint, mode, settings } = config;
  const { logger } = log;
  using _hidden = logger.hide(
    new Redactor(mode.kind === "hosted" ? [mode.token] : []),
  );
  await using engine = new EngineClient(config.engine);
  const onBuild: BuildHandler = (request, reporter, signal) =>
    runBuild(request, {
      reporter,
      engine,
      logger: logger.with({
        realm: reporter.realm,
        build: crypto.randomUUID().slice(0, 8),
      }),
      source: sourceOptions(settings),
      logLimit: settings.BUILD_LOG_LIMIT,
      signal: AbortSignal.any([signal, cancel]),
    });
  const manager = new WampManager({
    endpoint,
    mode,
    agent: `quay-builder/${VERSION}`,
    answerTimeout: settings.MANAGER_TIMEOUT,
    logger,
  });
  const end = await runWorker(manager, { mode, onBuild, logger, drain });
  switch (end.kind) {
    case "done":
      return cancel.aborted ? EXIT_CODES.forced : EXIT_CODES.done;
    case "refused":
      return EXIT_CODES.refused;
  }
}
