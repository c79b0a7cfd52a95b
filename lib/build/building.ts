import type { Dockerfile } from "../dockerfile/dockerfile.ts";
import { buildImage } from "../engine/build.ts";
import { EngineStreamError } from "../engine/errors.ts";
import { tagImage } from "../engine/tag.ts";
import { explainContextError } from "./context_failure.ts";
import { explainEngineFailure } from "./engine_failure.ts";
import { BuildFailure } from "./failure.ts";
import type { BuildScope } from "./scope.ts";
import type { Unpacked } from "./unpacking.ts";

/**
 * Phase `building`: sends the context to the engine and lets it build.
 *
 * @param cacheFrom an image to take cached layers from
 * @returns a name that the built image has for as long as the build runs
 * @throws {BuildFailure} `build_error` with the failing command's last output
 */
export async function buildContextImage(
  scope: BuildScope,
  { context, dockerfile }: Unpacked,
  cacheFrom: string | undefined,
): Promise<string> {
  const { engine, ledger, log, signal } = scope;
  const { baseImageCredentials } = scope.request;
  await scope.enter("building");
  const name = `quay-builder.localhost/build:${crypto.randomUUID()}`;
  try {
    await ledger.noteTag(name, signal);
    const { imageId } = await buildImage(engine, context.stream({ signal }), {
      dockerfile: context.dockerfile.path,
      cacheFrom: cacheFrom === undefined ? [] : [cacheFrom],
      credentials: baseImageCredentials ? [baseImageCredentials] : [],
      trace: ledger.trace,
      onMessage: (message) => log.write(message),
      signal,
    });
    // Not the builder's to give, as the build's log would tell of it.
    await tagImage(engine, imageId, { as: name, signal });
    return name;
  } catch (error) {
    const failure = explainEngineFailure(
      explainContextError(error),
      "build_error",
      "build the image",
    );
    if (!(failure instanceof BuildFailure)) throw failure;
    throw withAdvice(failure, [
      // A failing RUN says why in its output, which the engine does not repeat.
      hasExitStatus(error) ? lastOutput(log.takeTail()) : "",
      buildKitAdvice(dockerfile),
    ]);
  }
}

function hasExitStatus(error: unknown): boolean {
  return error instanceof EngineStreamError && error.code !== undefined;
}

function lastOutput(output: string): string {
  return output.trim() === "" ? "" : `Its last output:\n${output.trimEnd()}`;
}

function buildKitAdvice({ needsBuildKit }: Dockerfile): string {
  if (needsBuildKit.length === 0) return "";
  const uses = needsBuildKit.map(({ feature, line }) =>
    `${feature} (line ${line})`
  );
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
