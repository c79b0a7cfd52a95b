import { abortable } from "@std/async/abortable";
import { toText } from "@std/streams";
import type { Config } from "../config/config.ts";
import { openConnections } from "../config/connections.ts";
import { configuredProxies } from "../config/proxies.ts";
import { prepareTemporaryDirectory } from "../config/temporary_directory.ts";
import { proxyToEngine } from "../engine/address.ts";
import { EngineClient } from "../engine/client.ts";
import { Redactor } from "../secret/redactor.ts";
import { Secret } from "../secret/secret.ts";
import { openWorkerLog, type WorkerLog } from "../telemetry/log.ts";
import { refuseOwnSpans } from "../telemetry/own_spans.ts";
import { loadLocalConfig } from "../local_build/config.ts";
import { openDisplay } from "../local_build/display/display.ts";
import type { BuildEnd } from "../local_build/event.ts";
import { BuildFollower } from "../local_build/follower.ts";
import { listenToHangup } from "../local_build/hangup.ts";
import { BuildInputError } from "../local_build/input_error.ts";
import { findLogin, type Login } from "../local_build/login.ts";
import { runLocalBuild } from "../local_build/run.ts";
import { openBuildSource } from "../local_build/source.ts";
import { parseCacheTag, parseTarget } from "../local_build/target.ts";
import type { ParsedArgs } from "./command.ts";
import { EXIT_CODES } from "./exit_codes.ts";
import { printError } from "./print.ts";
import { listenToSignals } from "./signals.ts";
import { UsageError } from "./usage_error.ts";

/**
 * The command `build`: one build on this machine without Quay. The first signal
 * cancels it, as does the end of the terminal; the second ends the process at
 * once.
 *
 * @returns the process's exit code, one of {@linkcode EXIT_CODES}
 * @throws {UsageError} when what the command line names cannot be built
 * @throws {ConfigError} when a setting cannot be used
 * @throws {TelemetryError} when the runtime would export secret addresses
 */
export async function build(args: ParsedArgs): Promise<number> {
  refuseOwnSpans();
  let isBegun = false;
  using signals = listenToSignals({
    onSignal: (count) => {
      const meanings = isBegun ? SIGNAL_MEANINGS : EARLY_SIGNAL_MEANINGS;
      const text = meanings[count];
      if (text !== undefined) void follower.show({ kind: "remark", text });
    },
  });
  using hangup = listenToHangup();
  await using display = openDisplay({ json: args.flags.has("json") });
  const follower = new BuildFollower(display);
  const { drain } = signals;
  const signal = AbortSignal.any([drain, hangup.signal, follower.signal]);
  const onBegin = () => {
    isBegun = true;
  };
  const end = await Promise.race([
    buildOnce(args, { follower, signal, onBegin }).catch((error): BuildEnd => {
      if (signal.aborted && !isBegun) return { kind: "cancelled" };
      throw toUsageError(error);
    }),
    untilAborted(signals.cancel).then((): BuildEnd => ({ kind: "cancelled" })),
  ]);
  await follower.show({ kind: "end", end });
  if (end.kind === "cancelled" && follower.signal.aborted) {
    await printError("The build was cancelled: nobody takes its output\n");
  }
  return exitCodeOf(end);
}

const SIGNAL_MEANINGS: Readonly<Record<number, string>> = {
  1: "Cancelling the build, and removing what it made: a second signal (Ctrl-C) ends at once",
  2: "Ending at once: images that it pulled or made may stay on the engine",
};

/** The same before the build itself, while what it takes is read. */
const EARLY_SIGNAL_MEANINGS: typeof SIGNAL_MEANINGS = {
  1: "Cancelled: nothing was begun",
};

interface BuildOnceOptions {
  readonly follower: BuildFollower;
  readonly signal: AbortSignal;
  /** Told when there is something to clean up. */
  onBegin(): void;
}

async function buildOnce(
  args: ParsedArgs,
  { follower, signal, onBegin }: BuildOnceOptions,
): Promise<BuildEnd> {
  // What a person, or a pipe, keeps waiting cannot be cancelled: it is left.
  const read = <T>(reading: Promise<T>) => abortable(reading, signal);
  const target = parseTarget(args.values["tag"] ?? []);
  const cacheText = valueOf(args, "cache-tag");
  const cacheTag = cacheText === undefined
    ? undefined
    : parseCacheTag(cacheText);
  const config = loadLocalConfig(args.settings);
  await prepareTemporaryDirectory(config);
  const login = await read(loginFor(target.registry, args, follower));
  const privateKey = await read(readKey(valueOf(args, "ssh-key")));
  await using source = await read(
    openBuildSource(args.positionals[0] ?? ".", {
      dockerfile: valueOf(args, "file"),
      context: valueOf(args, "context"),
      privateKey,
      onBytes: (count) => follower.addPacked(count),
    }),
  );
  await using log = await openLog(config, follower);
  using connections = await read(openConnections(config));
  const secrets = [privateKey, login.credentials?.password]
    .filter((secret) => secret !== undefined);
  const redactor = new Redactor([
    ...secrets,
    ...source.secrets,
    ...connections.secrets,
  ]);
  using _hidden = log.logger.hide(redactor);
  await using engine = new EngineClient(config.engine, {
    tls: connections.engineTls,
    proxy: proxyToEngine(config.engine, configuredProxies(config.settings)),
  });
  if (login.remark !== undefined) {
    await follower.show({ kind: "remark", text: login.remark });
  }
  onBegin();
  const end = await runLocalBuild(
    { source, target, login, cacheTag },
    {
      engine,
      connections,
      settings: config.settings,
      follower,
      logger: log.logger,
      signal,
    },
  );
  // What nobody expected has not been through a build's own log.
  return end.kind === "failure"
    ? { ...end, message: redactor.redact(end.message) }
    : end;
}

/** What cannot be built is a matter of the command line that named it. */
function toUsageError(error: unknown): unknown {
  return error instanceof BuildInputError
    ? new UsageError(error.message, "build")
    : error;
}

/** The worker's own log has its place among what is shown. */
async function openLog(
  { settings }: Config,
  follower: BuildFollower,
): Promise<WorkerLog> {
  const decoder = new TextDecoder();
  return await openWorkerLog({
    level: settings.LOG_LEVEL,
    format: settings.LOG_FORMAT,
    output: new WritableStream({
      write: (line) =>
        follower.show({ kind: "remark", text: decoder.decode(line) }),
    }),
  });
}

async function loginFor(
  registry: string,
  args: ParsedArgs,
  follower: BuildFollower,
): Promise<Login> {
  const isPiped = args.flags.has("password-stdin");
  if (isPiped && args.positionals[0] === "-") {
    throw new UsageError(
      'Cannot use --password-stdin with "-": standard input holds one of the two',
      "build",
    );
  }
  const readPassword = async () => {
    if (Deno.stdin.isTerminal()) {
      const text =
        "Reading the password from the terminal, which shows it: end it with Enter and Ctrl-D";
      await follower.show({ kind: "remark", text });
    }
    return (await toText(Deno.stdin.readable)).replace(/\r?\n$/, "");
  };
  return await findLogin(registry, {
    username: valueOf(args, "username"),
    readPassword: isPiped ? readPassword : undefined,
    env: (name) => Deno.env.get(name),
  });
}

async function readKey(path: string | undefined): Promise<Secret | undefined> {
  if (path === undefined) return undefined;
  try {
    return new Secret(await Deno.readTextFile(path));
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    throw new UsageError(`Cannot read the key "${path}": ${detail}`, "build");
  }
}

function valueOf({ values }: ParsedArgs, name: string): string | undefined {
  return values[name]?.[0];
}

function untilAborted(signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  signal.addEventListener("abort", () => resolve(), { once: true });
  return promise;
}

function exitCodeOf(end: BuildEnd): number {
  switch (end.kind) {
    case "success":
      return EXIT_CODES.done;
    case "failure":
      return EXIT_CODES.failed;
    case "cancelled":
      return EXIT_CODES.forced;
  }
}
