import { assert, assertEquals, assertRejects } from "@std/assert";
import { BuildFailure } from "../../lib/build/failure.ts";
import { parseEngineAddress } from "../../lib/engine/address.ts";
import { EngineClient, type EngineRequest } from "../../lib/engine/client.ts";
import { tagImage } from "../../lib/engine/tag.ts";
import { Stage } from "../e2e/_stage.ts";
import { BaseImage } from "../support/base_image.ts";
import { DOCKER_HOST } from "../support/worker_process.ts";
import { build, leftSince } from "./_build.ts";

/** An engine on which somebody gives names away just before they are pushed. */
class BusyEngine extends EngineClient {
  /** What is given the name, and how often. */
  readonly #theirs: string;
  #left: number;

  constructor(theirs: string, times: number) {
    super(parseEngineAddress(DOCKER_HOST));
    this.#theirs = theirs;
    this.#left = times;
  }

  override async request(request: EngineRequest): Promise<Response> {
    const [, name] = /^\/images\/(.+)\/push$/.exec(request.path) ?? [];
    if (name !== undefined && this.#left-- > 0) {
      const tag = request.query?.get("tag");
      const as = `${decodeURIComponent(name)}:${tag}`;
      await tagImage(this, this.#theirs, { as });
    }
    return await super.request(request);
  }
}

/** A step that no other image has. */
const steps = () => `RUN echo ${crypto.randomUUID()} >/id`;

Deno.test("a build whose name somebody takes before the push pushes again, and reports its own", async () => {
  await using stage = await Stage.set();
  const before = await stage.traces();
  {
    await using theirs = await BaseImage.make(stage.engine);
    await using engine = new BusyEngine(theirs.name, 1);
    const { digests, imageId, output, repository } = await build(stage, {
      engine,
      steps: steps(),
    });
    assert(output.includes("Pushing again (2 left)"), output);
    const digest = await stage.open.digest(repository, "latest");
    assertEquals(digests, [`${stage.open.host}/${repository}@${digest}`]);
    const manifest = await fetch(
      `http://${stage.open.host}/v2/${repository}/manifests/${digest}`,
      {
        headers: {
          accept: "application/vnd.docker.distribution.manifest.v2+json",
        },
      },
    );
    const { config } = await manifest.json();
    assertEquals(config.digest, imageId);
  }
  assertEquals(await leftSince(before, stage), []);
});

Deno.test("a build whose name somebody takes each time fails, and is tried again elsewhere", async () => {
  await using stage = await Stage.set();
  await using theirs = await BaseImage.make(stage.engine);
  await using engine = new BusyEngine(theirs.name, Infinity);
  const error = await assertRejects(
    () => build(stage, { engine, steps: steps() }),
    BuildFailure,
    "another build worker on the same engine",
  );
  assertEquals(error.kind, "push_issue");
});
