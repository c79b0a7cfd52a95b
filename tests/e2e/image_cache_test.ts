import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { inspectImage } from "../../lib/engine/inspect_image.ts";
import { listImages } from "../../lib/engine/list_images.ts";
import { pushImage } from "../../lib/engine/push.ts";
import { EmbeddedManager } from "../../lib/manager/embedded/embedded_manager.ts";
import { BaseImage } from "../support/base_image.ts";
import { WorkerProcess } from "../support/worker_process.ts";
import { output, Stage } from "./_stage.ts";

Deno.test("IMAGE_CACHE keeps base images between builds, within its budget", async (t) => {
  await using stage = await Stage.set();
  const { engine, open } = stage;
  const publish = async (name: string) => {
    await using image = await BaseImage.make(engine, { name });
    await pushImage(engine, image.name);
    return (await inspectImage(engine, image.name)).size;
  };
  const names = ["one", "two", "three"].map((name) =>
    `${open.host}/kept/${name}:latest`
  );
  let size = 0;
  for (const name of names) size = await publish(name);
  const [one = "", two = "", three = ""] = names;
  const before = await stage.traces();
  const kept = async () => {
    const images = await listImages(engine);
    return names.filter((name) =>
      images.some(({ repoTags }) => repoTags.includes(name))
    );
  };

  await using manager = await EmbeddedManager.listen();
  await using worker = new WorkerProcess({
    env: { ENDPOINT: manager.url, IMAGE_CACHE: String(2 * size + size / 2) },
  });
  const build = async (base: string, step = "true") =>
    await manager.build(stage.arguments({
      build_package: await stage.package({
        Dockerfile: `FROM ${base}\nRUN ${step}\n`,
      }),
    }));

  await t.step("the least recently used goes first", async () => {
    for (const base of [one, two, one]) {
      assertEquals((await build(base)).kind, "success");
    }
    assertEquals(await kept(), [one, two]);
    // A failed build has pulled its base just as well.
    assertEquals((await build(three, "false")).kind, "failure");
    assertEquals(await kept(), [one, three]);
  });

  await t.step("a build never uses a stale base", async () => {
    const stale = (await inspectImage(engine, one)).id;
    await using fresh = await BaseImage.make(engine, {
      name: `${open.host}/kept/fresh:latest`,
    });
    await pushImage(engine, fresh.name);
    await retag(stage, "kept/fresh", "kept/one");
    const report = await build(one, "id");
    assertEquals(report.kind, "success", JSON.stringify(report));
    assertStringIncludes(output(report), "uid=0");
    const now = (await inspectImage(engine, one)).id;
    assert(now !== stale);
    assertEquals(now, (await inspectImage(engine, fresh.name)).id);
  });

  await t.step("what is kept goes with the worker", async () => {
    assert((await kept()).length > 0);
    worker.signal("SIGTERM");
    assertEquals((await worker.exited()).code, 0);
    assertEquals(await stage.traces(), before);
    assertEquals(worker.log.includes("Cannot clean up"), false, worker.log);
  });
});

/** Lets another repository's tag stand for an image, on the registry alone. */
async function retag(
  { open }: Stage,
  from: string,
  to: string,
): Promise<void> {
  const type = "application/vnd.docker.distribution.manifest.v2+json";
  const url = (repository: string, path: string) =>
    `http://${open.host}/v2/${repository}/${path}`;
  const response = await fetch(url(from, "manifests/latest"), {
    headers: { Accept: type },
  });
  const text = await response.text();
  const manifest: {
    config: { digest: string };
    layers: { digest: string }[];
  } = JSON.parse(text);
  for (const { digest } of [manifest.config, ...manifest.layers]) {
    const query = new URLSearchParams({ mount: digest, from });
    const mounted = await fetch(url(to, `blobs/uploads/?${query}`), {
      method: "POST",
    });
    await mounted.body?.cancel();
    assertEquals(mounted.status, 201);
  }
  const put = await fetch(url(to, "manifests/latest"), {
    method: "PUT",
    headers: { "Content-Type": type },
    body: text,
  });
  await put.body?.cancel();
  assertEquals(put.status, 201);
}
