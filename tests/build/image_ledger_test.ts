import { assert, assertEquals, assertRejects } from "@std/assert";
import { BuildFailure } from "../../lib/build/failure.ts";
import { ImageLeases } from "../../lib/build/image_leases.ts";
import { ImageLedger } from "../../lib/build/image_ledger.ts";
import { findImage } from "../../lib/build/image_lookup.ts";
import { parseEngineAddress } from "../../lib/engine/address.ts";
import { buildImage } from "../../lib/engine/build.ts";
import { EngineClient, type EngineRequest } from "../../lib/engine/client.ts";
import { EngineUnavailableError } from "../../lib/engine/errors.ts";
import { removeImage } from "../../lib/engine/remove_image.ts";
import { Stage } from "../e2e/_stage.ts";
import { connect, contextOf } from "../engine/_support.ts";
import { BaseImage } from "../support/base_image.ts";
import { fakeTime } from "../support/fake_time.ts";
import { silentLogger } from "../support/silent_logger.ts";
import { DOCKER_HOST } from "../support/worker_process.ts";
import { build, leftSince } from "./_build.ts";

const { signal } = new AbortController();
const logger = silentLogger;
const HOUR = 3_600_000;

/** Steps that no other build has; each makes an image. */
const makingSteps = () => `ENV ID=${crypto.randomUUID()}\nRUN date > /date\n`;

/** Sets this process's clock, until it is disposed of. */
function shiftClock(by: number): Disposable {
  const time = Date.now() + by;
  const clock = fakeTime(["Date"]);
  clock.setSystemTime(time);
  return clock;
}

/** Makes another answer of that to the first, second… request. */
type Alter = (
  answer: Response,
  request: number,
) => Response | Promise<Response>;

/** An engine whose answers to builds are others. */
class AlteredEngine extends EngineClient {
  readonly #alter: Alter;
  #builds = 0;

  constructor(alter: Alter) {
    super(parseEngineAddress(DOCKER_HOST));
    this.#alter = alter;
  }

  override async request(request: EngineRequest): Promise<Response> {
    if (request.path !== "/build") return await super.request(request);
    // Each makes images of its own.
    request.query?.set("nocache", "1");
    return await this.#alter(await super.request(request), ++this.#builds);
  }
}

/** An answer that breaks off at the third step; the engine builds to the end. */
function cut(answer: Response): { cut: Response; end: Promise<void> } {
  assert(answer.body);
  const [heard, rest] = answer.body.tee();
  let text = "";
  const breaking = new TransformStream<string, string>({
    transform(chunk, controller) {
      text += chunk;
      controller.enqueue(chunk);
      if (!text.includes("Step 3/")) return;
      const action = "build image";
      const reason = "disconnected";
      throw new EngineUnavailableError("cut", { action, reason });
    },
  });
  const body = heard.pipeThrough(new TextDecoderStream())
    .pipeThrough(breaking).pipeThrough(new TextEncoderStream());
  const end = rest.pipeTo(new WritableStream());
  return { cut: new Response(body), end };
}

/** An answer that ends with the words of an engine that has lost an image. */
async function loseImage(answer: Response): Promise<Response> {
  const message = "No such image: sha256:00";
  const error = JSON.stringify({ errorDetail: { message }, error: message });
  const [steps = ""] = (await answer.text()).split('{"aux"');
  return new Response(`${steps}${error}\r\n`);
}

Deno.test("what a build's steps make is its own, whatever the worker's clock says", async () => {
  await using stage = await Stage.set();
  const { engine } = stage;
  const before = await stage.traces();
  for (const shift of [-HOUR, HOUR]) {
    using _clock = shiftClock(shift);
    await build(stage, { engine, steps: makingSteps() });
    assertEquals(await leftSince(before, stage), []);
    await assertRejects(
      () => build(stage, { engine, steps: `${makingSteps()}RUN false\n` }),
      BuildFailure,
    );
    assertEquals(await leftSince(before, stage), []);
  }
});

Deno.test("an image from before the build is not its own, whatever the worker's clock says", async () => {
  await using stage = await Stage.set();
  const { engine } = stage;
  await using base = await BaseImage.make(engine);
  const Dockerfile = `FROM ${base.name}\nENV ID=${crypto.randomUUID()}\n`;
  const context = await contextOf({ Dockerfile });
  const { imageId } = await buildImage(engine, context);
  const [, id] = /^sha256:(.{12})/.exec(imageId) ?? [];
  for (const shift of [-HOUR, HOUR]) {
    using _clock = shiftClock(shift);
    const steps = `RUN printf ' ---> ${id}\\n'; exit 1\n`;
    await assertRejects(() => build(stage, { engine, steps }), BuildFailure);
    assert(await findImage(engine, imageId, signal));
  }
  await removeImage(engine, imageId);
});

Deno.test("what an engine goes on to make after the connection broke is taken back", async () => {
  await using stage = await Stage.set();
  const before = await stage.traces();
  let end: Promise<void> | undefined;
  await using engine = new AlteredEngine((answer) => {
    const halves = cut(answer);
    end = halves.end;
    return halves.cut;
  });
  const steps = makingSteps() +
    [1, 2, 3].map((n) => `RUN sleep 1 && echo ${n} > /${n}\n`).join("");
  await using images = new ImageLeases(engine, { logger });
  const error = await assertRejects(
    () => build(stage, { engine, steps, images }),
    BuildFailure,
  );
  assertEquals(error.kind, "docker_connect_error");
  await end;
  await images.settle(signal);
  assertEquals(images.holdings, { names: [], made: [], builds: [] });
  assertEquals(await leftSince(before, stage), []);
});

Deno.test("what both tries of a build made is taken back", async () => {
  await using stage = await Stage.set();
  const before = await stage.traces();
  await using engine = new AlteredEngine((answer, request) =>
    request === 1 ? loseImage(answer) : answer
  );
  const { output } = await build(stage, { engine, steps: makingSteps() });
  assert(output.includes("Building again"), output);
  assertEquals(await leftSince(before, stage), []);
});

Deno.test("each try of a build tells of its own steps", async () => {
  await using engine = connect();
  await using images = new ImageLeases(engine, { logger });
  await using ledger = new ImageLedger(engine, { images, logger });
  const run = (container: string, image: string) =>
    ledger.tryBuilding((trace) => {
      for (
        const stream of [
          "Step 1/1 : RUN true",
          ` ---> Running in ${container}\n`,
          ` ---> ${image}\n`,
        ]
      ) trace.observe({ stream });
      return Promise.resolve();
    }, signal);
  const [a, b, c, d] = ["a", "b", "c", "d"].map((digit) => digit.repeat(12));
  assert(a && b && c && d);
  assertEquals(ledger.lastContainer, undefined);
  await run(a, b);
  assertEquals(ledger.lastContainer, a);
  await run(c, d);
  assertEquals(ledger.lastContainer, c);
  assertEquals(
    images.holdings.builds.map(({ images, containers }) => [
      images,
      containers,
    ]),
    [[[b], [a]], [[d], [c]]],
  );
});
