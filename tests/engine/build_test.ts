import {
  assert,
  assertEquals,
  assertMatch,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import { buildImage } from "../../lib/engine/build.ts";
import type { BuildImageOptions } from "../../lib/engine/build_options.ts";
import { BuildTrace } from "../../lib/engine/build_trace.ts";
import type { EngineClient } from "../../lib/engine/client.ts";
import {
  EngineHttpError,
  EngineStreamError,
  EngineTruncatedError,
  EngineUnavailableError,
} from "../../lib/engine/errors.ts";
import { inspectImage } from "../../lib/engine/inspect_image.ts";
import { listContainers } from "../../lib/engine/list_containers.ts";
import { removeImage } from "../../lib/engine/remove_image.ts";
import { BaseImage } from "../support/base_image.ts";
import { FakeEngine, RawEngine } from "./_fake_engine.ts";
import {
  connect,
  contextOf,
  EndlessBody,
  eventually,
  uniqueName,
} from "./_support.ts";

/** Builds a Dockerfile alone, without a network for its steps. */
async function build(
  client: EngineClient,
  dockerfile: string,
  options: BuildImageOptions = {},
) {
  const context = await contextOf({ Dockerfile: dockerfile });
  return await buildImage(client, context, { networkMode: "none", ...options });
}

Deno.test("buildImage() builds, names and traces an image", async () => {
  await using client = connect();
  await using base = await BaseImage.make(client);
  const name = uniqueName();
  let output = "";
  const context = await contextOf({
    "docker/File":
      `FROM ${base.name}\nARG WORD\nRUN echo "$WORD ü"\nCOPY a.txt /\n`,
    "a.txt": "a",
  });
  const { imageId, trace } = await buildImage(client, context, {
    dockerfile: "docker/File",
    tags: [`${name}:1`, `${name}:2`],
    buildArgs: { WORD: "said" },
    labels: { "test.label": "x" },
    networkMode: "none",
    resources: {
      memory: 64 * 1024 * 1024,
      cpuShares: 512,
      shmSize: 1024 * 1024,
      ulimits: [{ name: "nofile", soft: 64, hard: 128 }],
    },
    onMessage: ({ stream }) => void (output += stream ?? ""),
  });

  assertStringIncludes(output, "\nsaid ü\n");
  const image = await inspectImage(client, `${name}:1`);
  assertEquals(image.id, imageId);
  assertEquals(image.repoTags.toSorted(), [`${name}:1`, `${name}:2`]);
  assert(image.id.startsWith(`sha256:${trace.images.at(-1)}`));
  const { id: baseId } = await inspectImage(client, base.name);
  assertEquals(trace.images.some((id) => baseId.includes(id)), false);
  assertEquals(await listContainers(client, { ids: trace.containers }), []);

  await removeImage(client, imageId, { force: true });
  await assertRejects(() => inspectImage(client, imageId), EngineHttpError);
});

Deno.test("buildImage() applies limits to the steps", async () => {
  await using client = connect();
  await using base = await BaseImage.make(client);
  let output = "";
  const { imageId } = await build(
    client,
    `FROM ${base.name}\nRUN ulimit -Sn\n`,
    {
      resources: { ulimits: [{ name: "nofile", soft: 77, hard: 88 }] },
      onMessage: ({ stream }) => void (output += stream ?? ""),
    },
  );
  assertStringIncludes(output, "\n77\n");
  await removeImage(client, imageId);
});

Deno.test("A failing step rejects with its status and leaves no container", async () => {
  await using client = connect();
  await using base = await BaseImage.make(client);
  const trace = new BuildTrace();
  let output = "";
  const error = await assertRejects(
    () =>
      build(client, `FROM ${base.name}\nENV A=b\nRUN echo before; exit 7\n`, {
        trace,
        onMessage: ({ stream }) => void (output += stream ?? ""),
      }),
    EngineStreamError,
  );
  assertEquals(error.code, 7);
  assertMatch(
    error.message,
    /^Cannot build image: .*exit 7.* non-zero code: 7$/,
  );
  assertStringIncludes(output, "before\n");
  assertEquals(trace.images.length, 1, "the ENV step was finished");
  assertEquals(trace.containers.length, 2);
  assertEquals(await listContainers(client, { ids: trace.containers }), []);
  for (const image of trace.images) await removeImage(client, image);
});

Deno.test("A trace leaves out bases and images out of the cache", async () => {
  await using client = connect();
  await using base = await BaseImage.make(client);
  const dockerfile = `FROM ${base.name} AS one\nENV A=b\nFROM one\nENV C=d\n`;
  const first = await build(client, dockerfile);
  assertEquals(first.trace.images.length, 2);
  const second = await build(client, dockerfile);
  assertEquals(second.imageId, first.imageId);
  assertEquals(second.trace.images, []);
  await removeImage(client, first.imageId);
});

Deno.test("A bad context is refused with the engine's reason", async () => {
  await using client = connect();
  const refused = async (context: ReadableStream<Uint8Array>) => {
    const { status, detail } = await assertRejects(
      () => buildImage(client, context),
      EngineHttpError,
    );
    return `${status} ${detail}`;
  };
  const text = (value: string) => new Blob([value]).stream();
  assertMatch(await refused(await contextOf({ a: "" })), /^500 .*Dockerfile/);
  assertMatch(
    await refused(await contextOf({ Dockerfile: "" })),
    /^400 .*empty/,
  );
  assertMatch(
    await refused(await contextOf({ Dockerfile: "FROM scratch\nFLY\n" })),
    /^400 .*FLY/,
  );
  assertMatch(await refused(text("no tar".repeat(500))), /^500 .*tar/);
});

Deno.test("An image that cannot be named is refused while the context is on its way", async () => {
  await using client = connect();
  const context = new EndlessBody();
  await assertRejects(
    () => buildImage(client, context.stream, { tags: ["NOT:::valid"] }),
    EngineHttpError,
    "invalid reference format",
  );
  await context.cancelled;
});

Deno.test("What reading the context failed with ends the build", async () => {
  await using client = connect();
  const failure = new RangeError("broken archive");
  const start = await new Response(
    await contextOf({ Dockerfile: "FROM scratch" }),
  ).bytes();
  const context = ReadableStream.from(async function* () {
    yield start.subarray(0, 700);
    await Promise.resolve();
    throw failure;
  }());
  const error = await assertRejects(() => buildImage(client, context));
  assert(error === failure);
});

Deno.test("Aborting a build ends its container", async () => {
  await using client = connect();
  await using base = await BaseImage.make(client);
  const controller = new AbortController();
  const reason = new Error("cancelled");
  const trace = new BuildTrace();
  const building = build(client, `FROM ${base.name}\nRUN echo up; sleep 60\n`, {
    trace,
    signal: controller.signal,
    onMessage: ({ stream }) => {
      if (stream === "up\n") controller.abort(reason);
    },
  });
  assert(await assertRejects(() => building) === reason);
  const [container] = trace.containers;
  assert(container !== undefined);
  await eventually(
    async () =>
      (await listContainers(client, { ids: [container] })).length === 0,
    5_000,
  );
});

Deno.test("Aborting while the context is on its way stops it", async () => {
  await using client = connect();
  const controller = new AbortController();
  const reason = new Error("cancelled");
  const context = await contextOf({ Dockerfile: "FROM scratch\n" });
  const first = await new Response(context).bytes();
  const { promise: cancelled, resolve } = Promise.withResolvers<unknown>();
  const { promise: started, resolve: start } = Promise.withResolvers<void>();
  const stalled = new ReadableStream<Uint8Array>({
    pull: (stream) => {
      stream.enqueue(first.subarray(0, 512));
      start();
      return new Promise(() => {});
    },
    cancel: resolve,
  });
  const building = buildImage(client, stalled, { signal: controller.signal });
  await started;
  controller.abort(reason);
  assert(await assertRejects(() => building) === reason);
  await cancelled;
});

Deno.test("A build waits for whoever takes its messages, and ends when they fail", async () => {
  await using client = connect();
  await using base = await BaseImage.make(client);
  let taking = 0;
  const failure = new Error("taker failed");
  const error = await assertRejects(() =>
    build(client, `FROM ${base.name}\nRUN yes | head -n 2000\n`, {
      onMessage: async ({ stream }) => {
        assertEquals(++taking, 1);
        await new Promise((resolve) => setTimeout(resolve, 1));
        taking--;
        if (stream?.startsWith("y\n")) throw failure;
      },
    })
  );
  assert(error === failure);
});

Deno.test("An answer that ends early, but cleanly, is no success", async () => {
  await using client = connect();
  await using base = await BaseImage.make(client);
  await using engine = new FakeEngine(async (request, forward) => {
    const answer = await forward();
    if (!request.url.includes("/build")) return answer;
    const lines = (await answer.text()).split("\r\n");
    const cut = lines.slice(0, -2).filter((line) =>
      !line.includes("Successfully built")
    );
    assertEquals(cut.some((line) => line.includes('"aux"')), true);
    return new Response(cut.join("\r\n"));
  });
  const trace = new BuildTrace();
  await assertRejects(
    () => build(engine.client, `FROM ${base.name}\nENV A=b\n`, { trace }),
    EngineTruncatedError,
  );
  for (const image of trace.images) await removeImage(client, image);
});

Deno.test("A connection that is cut during a build makes the engine unavailable", async () => {
  await using client = connect();
  await using base = await BaseImage.make(client);
  await using proxy = RawEngine.proxy();
  const trace = new BuildTrace();
  const error = await assertRejects(
    () =>
      build(proxy.client, `FROM ${base.name}\nRUN echo up; sleep 60\n`, {
        trace,
        onMessage: ({ stream }) => {
          if (stream === "up\n") proxy.cut();
        },
      }),
    EngineUnavailableError,
  );
  assertEquals(error.reason, "disconnected");
  await eventually(
    async () =>
      (await listContainers(client, { ids: trace.containers })).length === 0,
    5_000,
  );
});
