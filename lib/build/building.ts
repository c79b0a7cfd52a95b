import type { Dockerfile } from "../dockerfile/dockerfile.ts";
import { buildImage } from "../engine/build.ts";
import { EngineStreamError, isEngineFailure } from "../engine/errors.ts";
import { isSignalled } from "../engine/is_signalled.ts";
import { wasKilled } from "../engine/was_killed.ts";
import { proxyVariables } from "../network/proxies.ts";
import { inOneLine } from "../text/in_one_line.ts";
import { withTimeLimit } from "../time/time_limit.ts";
import { explainContextError } from "./context_failure.ts";
import { explainEngineFailure } from "./engine_failure.ts";
import { BuildFailure, engineStopped } from "./failure.ts";
import { isImageGone } from "./image_lookup.ts";
import { observedContext } from "./observed.ts";
import type { BuildScope } from "./scope.ts";
import type { Unpacked } from "./unpacking.ts";

/** How long the engine may take to tell what it did, in milliseconds. */
const EVENTS_LIMIT = 5_000;

/**
 * Phase `building`: sends the context to the engine and lets it build.
 *
 * @param cacheFrom the ID of an image to take cached layers from
 * @returns a name that the built image has for as long as the build runs
 * @throws {BuildFailure} `build_error` with the failing command's last output
 */
export async function buildContextImage(
  scope: BuildScope,
  unpacked: Unpacked,
  cacheFrom: string | undefined,
): Promise<string> {
  const { log, logger, signal } = scope;
  await scope.enter("building");
  const build = () => buildOnce(scope, unpacked, cacheFrom);
  try {
    return await build().catch(async (error) => {
      if (signal.aborted || !isImageGone(error)) throw error;
      // Others on the same engine may have removed what the cache still had.
      logger.warning("Cannot build the image yet", { error });
      await log.remark(inOneLine(`${error.message}. Building again (0 left)`));
      return await build();
    });
  } catch (error) {
    if (signal.aborted && error === signal.reason) throw error;
    if (await endedWithEngine(scope, error)) throw engineStopped(error);
    const failure = explainEngineFailure(
      explainContextError(error),
      "build_error",
      "build the image",
    );
    if (!(failure instanceof BuildFailure)) throw failure;
    // A failing RUN says why in its output, which the engine does not repeat.
    const output = hasExitStatus(error) ? log.takeTail() : "";
    throw withAdvice(failure, [
      lastOutput(output),
      outputAdvice(output),
      buildKitAdvice(unpacked.dockerfile),
    ]);
  }
}

async function buildOnce(
  scope: BuildScope,
  { context }: Unpacked,
  cacheFrom: string | undefined,
): Promise<string> {
  const { container, engine, ledger, log, signal } = scope;
  const { baseImageCredentials } = scope.request;
  return await ledger.tryBuilding(async (trace) => {
    const stream = observedContext(context.stream({ signal }), scope.observer);
    const { imageId } = await buildImage(engine, stream, {
      dockerfile: context.dockerfile.path,
      cacheFrom: cacheFrom === undefined ? [] : [cacheFrom],
      buildArgs: proxyVariables(scope.proxies),
      credentials: baseImageCredentials ? [baseImageCredentials] : [],
      ...container,
      trace,
      onMessage: (message) => log.write(message),
      signal,
    });
    // Not the builder's to give, as the build's log would tell of it.
    return await ledger.nameBuilt(imageId, signal);
  }, signal);
}

/**
 * Whether a step was ended from outside: an engine that is stopped ends the
 * containers first.
 */
async function endedWithEngine(
  { engine, ledger, logger, signal }: BuildScope,
  error: unknown,
): Promise<boolean> {
  const container = ledger.lastContainer;
  if (container === undefined || !isSignalled(error)) return false;
  try {
    return await withTimeLimit(
      (signal) => wasKilled(engine, container, { signal }),
      { limit: EVENTS_LIMIT, signal },
    );
  } catch (error) {
    if (signal.aborted) throw error;
    logger.debug("Cannot find out who ended the step", { error });
    return isEngineFailure(error) && error.kind === "unavailable";
  }
}

function hasExitStatus(error: unknown): boolean {
  return error instanceof EngineStreamError && error.code !== undefined;
}

function lastOutput(output: string): string {
  return output.trim() === "" ? "" : `Its last output:\n${output.trimEnd()}`;
}

/** What the system says in a command's output, and what to do about it. */
const OUTPUT_ADVICE: readonly (readonly [RegExp, string])[] = [
  [
    /exec format error/i,
    "A program of the image cannot run on this worker: it is for another kind of processor, or a script without a first line such as #!/bin/sh. Use a base image for the worker's processor.",
  ],
  [
    /no space left on device/i,
    "The disk of the build worker seems to be full. Its operator has to make room.",
  ],
];

function outputAdvice(output: string): string {
  return OUTPUT_ADVICE.find(([words]) => words.test(output))?.[1] ?? "";
}

/** How many features of BuildKit a message names. */
const MAX_NAMED_FEATURES = 10;

function buildKitAdvice({ needsBuildKit }: Dockerfile): string {
  if (needsBuildKit.length === 0) return "";
  const uses = needsBuildKit.slice(0, MAX_NAMED_FEATURES)
    .map(({ feature, line }) => `${feature} (line ${line})`);
  const others = needsBuildKit.length - uses.length;
  if (others > 0) uses.push(`and ${others} more`);
  return `The Dockerfile uses ${uses.join(", ")}: that needs BuildKit, ` +
    "and this worker builds with Docker's classic builder. Write it without.";
}

function withAdvice(
  failure: BuildFailure,
  advice: readonly string[],
): BuildFailure {
  const message = [failure.message, ...advice].filter((part) => part !== "");
  return new BuildFailure(failure.kind, message.join("\n\n"), {
    cause: failure.cause,
  });
}
