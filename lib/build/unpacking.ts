import { type BuildContext, openBuildContext } from "../context/context.ts";
import type { Dockerfile } from "../dockerfile/dockerfile.ts";
import { DockerfileError } from "../dockerfile/error.ts";
import { parseDockerfile } from "../dockerfile/parse.ts";
import { openSource, type OpenSourceOptions } from "../source/source.ts";
import { explainContextError } from "./context_failure.ts";
import { BuildFailure } from "./failure.ts";
import type { BuildScope } from "./scope.ts";

/** A build's files, ready to be sent; disposing gives them up. */
export interface Unpacked extends AsyncDisposable {
  readonly context: BuildContext;
  readonly dockerfile: Dockerfile;
}

/**
 * Phase `unpacking`: fetches the build's source, and finds in it the Dockerfile
 * and what belongs to the context.
 *
 * @throws {BuildFailure} `build_package_issue`, `cannot_extract_build_package`,
 *   `git_failure`, `git_checkout`, `dockerfile_issue`
 */
export async function unpack(
  scope: BuildScope,
  options: Omit<OpenSourceOptions, "remark" | "signal">,
): Promise<Unpacked> {
  const { log, request, signal } = scope;
  await scope.enter("unpacking");
  await using stack = new AsyncDisposableStack();
  try {
    const source = stack.use(
      await openSource(request.source, {
        ...options,
        remark: (text) => log.remark(text),
        signal,
      }),
    );
    const context = await openBuildContext(source.files, {
      context: request.context,
      dockerfilePath: request.dockerfilePath,
      limits: options.limits,
      signal,
    });
    const dockerfile = parseDockerfile(context.dockerfile.bytes);
    await source.complete(context);
    const kept = stack.move();
    return {
      context,
      dockerfile,
      [Symbol.asyncDispose]: () => kept.disposeAsync(),
    };
  } catch (error) {
    throw explain(error);
  }
}

function explain(error: unknown): unknown {
  if (error instanceof DockerfileError) {
    return new BuildFailure("dockerfile_issue", error.message, {
      cause: error,
    });
  }
  return explainContextError(error);
}
