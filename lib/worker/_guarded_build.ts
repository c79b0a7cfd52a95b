import { delay } from "@std/async/delay";
import { BuildFailure, engineStopped } from "../build/failure.ts";
import { isSignalled } from "../engine/is_signalled.ts";
import type { BuildHandler } from "../manager/manager.ts";
import type { Host, UnfitHost } from "./host.ts";

/**
 * An engine that is stopped ends the containers first, and answers for a second
 * more (20.10), or some on a busy machine: looks for that, and time between two
 * of them in milliseconds.
 */
const STOPPING_LOOKS = 15;
const STOPPING_INTERVAL = 400;

/**
 * Lets builds run only where they can: looks before each, and again after one
 * that could not reach the engine, so that no further one is taken for an
 * engine that is gone. A build whose step was ended together with its engine
 * has not failed by itself.
 */
export function guardBuild(onBuild: BuildHandler, host: Host): BuildHandler {
  return async (request, reporter, signal) => {
    const state = await host.look();
    if (state.kind !== "fit") throw refuse(state);
    try {
      return await onBuild(
        request,
        reporter,
        AbortSignal.any([signal, host.lost]),
      );
    } catch (error) {
      if (!(error instanceof BuildFailure)) throw error;
      if (error.kind === "docker_connect_error") await host.look();
      if (isSignalled(error.cause) && await isStopping(host, signal)) {
        throw engineStopped(error);
      }
      throw error;
    }
  };
}

async function isStopping(host: Host, signal: AbortSignal): Promise<boolean> {
  for (let look = 0; look < STOPPING_LOOKS; look++) {
    if ((await host.look()).kind === "engine_away") return true;
    await delay(STOPPING_INTERVAL, { signal });
  }
  return false;
}

function refuse(state: UnfitHost): BuildFailure {
  switch (state.kind) {
    case "engine_away":
      return new BuildFailure(
        "docker_connect_error",
        `Cannot build: ${state.reason}`,
      );
    case "disk_full":
      return new BuildFailure(
        "internal_error",
        "Cannot build: the disk of the build worker is full",
      );
  }
}
