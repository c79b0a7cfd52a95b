import type { Stage } from "../e2e/_stage.ts";
import type { Moment } from "./_moment.ts";

/** Where a worker gets what it builds. */
export interface SceneSource {
  /** Arguments of the build. */
  readonly kwargs: Readonly<Record<string, unknown>>;
  /** Settles when it holds the worker while `unpacking`. Default: never. */
  readonly holds?: Promise<void>;
}

/** A build that is led to a moment. */
export interface SceneBuild {
  readonly stage: Stage;
  readonly moment: Moment;
  /** The image that is built upon. */
  readonly base: string;
  /** Whether it is held at the moment. */
  readonly isHeld: boolean;
  /** When a command that is held comes to its end, unless it is stopped. */
  readonly command: "once it is released" | "never";
  readonly released: Promise<void>;
}

/** Far longer than any row takes, in seconds. */
const FOR_EVER = 3_600;

/** A Dockerfile of one step, which is held where that is the moment. */
export function sceneDockerfile(build: SceneBuild): string {
  // No two workers find each other's steps in the engine's cache.
  return `FROM ${build.base}\n` +
    `RUN echo ${crypto.randomUUID()} > /id && ${command(build)}\n`;
}

function command(
  { stage, moment, isHeld, command, released }: SceneBuild,
): string {
  if (moment !== "building" || !isHeld) return "true";
  if (command === "never") return `echo begun && sleep ${FOR_EVER}`;
  const body = held("released", released);
  const url = stage.packages.add({ body, contentType: "text/plain" });
  return `echo begun && wget -q -O /dev/null ${url}`;
}

/** A package; while `unpacking` is held, its end is long in coming. */
export function scenePackage(
  { stage, moment, isHeld, released }: SceneBuild,
  dockerfile: string,
): SceneSource {
  const isHeldHere = isHeld && moment === "unpacking";
  const asked = Promise.withResolvers<void>();
  const body = isHeldHere
    ? held(dockerfile, released, asked.resolve)
    : dockerfile;
  const url = stage.packages.add({ body, contentType: "text/plain" });
  return {
    kwargs: { build_package: url },
    ...(isHeldHere && { holds: asked.promise }),
  };
}

/**
 * A text that breaks off in the middle until it is released.
 *
 * @param onAsked told when somebody waits for the rest
 */
function held(
  text: string,
  released: Promise<void>,
  onAsked: () => void = () => {},
): ReadableStream<Uint8Array<ArrayBuffer>> {
  const bytes = new TextEncoder().encode(text);
  return new ReadableStream({
    start: (controller) => controller.enqueue(bytes.slice(0, 8)),
    async pull(controller) {
      onAsked();
      await released;
      controller.enqueue(bytes.slice(8));
      controller.close();
    },
  }, { highWaterMark: 0 });
}
