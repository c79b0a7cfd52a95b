import { assert, assertEquals } from "@std/assert";
import { delay } from "@std/async/delay";
import { ImageLeases } from "../../../lib/build/image_leases.ts";
import { Journal } from "../../../lib/build/journal/journal.ts";
import { decodeEntry } from "../../../lib/build/journal/entry.ts";
import {
  ENTRY_LABEL,
  JOURNAL_PREFIX,
} from "../../../lib/build/journal/volume.ts";
import { parseEngineAddress } from "../../../lib/engine/address.ts";
import {
  EngineClient,
  type EngineRequest,
} from "../../../lib/engine/client.ts";
import { buildImage } from "../../../lib/engine/build.ts";
import { createVolume } from "../../../lib/engine/create_volume.ts";
import { listVolumes } from "../../../lib/engine/list_volumes.ts";
import { inspectImage as inspect } from "../../../lib/engine/inspect_image.ts";
import { removeImage } from "../../../lib/engine/remove_image.ts";
import { tagImage } from "../../../lib/engine/tag.ts";
import { EmbeddedManager } from "../../../lib/manager/embedded/embedded_manager.ts";
import { packagePermissions } from "../../../lib/config/permissions.ts";
import { contextOf } from "../../engine/_support.ts";
import { BaseImage } from "../../support/base_image.ts";
import { EngineDaemon } from "../../support/engine_daemon.ts";
import { eventually } from "../../support/eventually.ts";
import { RecordingLogger } from "../../support/recording_logger.ts";
import { RegistryGate } from "../../support/registry_gate.ts";
import { onBegun } from "../../support/on_begun.ts";
import { silentLogger } from "../../support/silent_logger.ts";
import { WorkerProcess } from "../../support/worker_process.ts";
import { Stage } from "../../e2e/_stage.ts";

/** A directory that nobody can write to for a while. */
class ReadOnly implements AsyncDisposable {
  readonly #path: string;

  private constructor(path: string) {
    this.#path = path;
  }

  static async make(path: string): Promise<ReadOnly> {
    await run("mount", "--bind", path, path);
    await run("mount", "-o", "remount,ro,bind", path);
    return new ReadOnly(path);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await run("umount", this.#path);
  }
}

async function run(program: string, ...args: string[]): Promise<void> {
  const { success, stderr } = await new Deno.Command(program, { args })
    .output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
}

const { signal } = new AbortController();
const TIMES = { interval: 50, renewal: 200, sweepInterval: 50, expiry: 1_500 };

/** A worker's journal with short times. */
function keep(engine: EngineClient, logger = silentLogger) {
  const images = new ImageLeases(engine, { logger });
  return {
    images,
    journal: new Journal(engine, { images, logger, times: TIMES }),
  };
}

async function journals(engine: EngineClient): Promise<string[]> {
  const volumes = await listVolumes(engine, { names: [JOURNAL_PREFIX] });
  return volumes.map(({ name }) => name);
}

Deno.test("what a killed worker's build has changed is taken back", async (t) => {
  await using daemon = await EngineDaemon.start();
  await using stage = await Stage.set(daemon.host);
  const { engine } = stage;
  const before = await stage.traces();
  let begun = false;
  await using manager = await EmbeddedManager.listen({
    onEvent: onBegun(() => begun = true),
  });
  await using gate = await RegistryGate.start(stage.open.host);
  const crash = async (Dockerfile: string, isReady: () => Promise<boolean>) => {
    begun = false;
    await using worker = new WorkerProcess({
      env: { DOCKER_HOST: daemon.host, ENDPOINT: manager.url },
      permissions: packagePermissions({ socket: daemon.socket }),
    });
    const build_package = await stage.package({ Dockerfile });
    const registry = gate.host;
    const report = manager.build(stage.arguments({ build_package, registry }));
    await eventually(async () => await isReady() || undefined, {
      what: "the moment to crash",
    });
    worker.signal("SIGKILL");
    assertEquals((await report).kind, "lost");
  };
  const assertTakenBack = async () => {
    const left = await stage.traces({ patience: 0 });
    assert(left.length > before.length);
    const logger = new RecordingLogger();
    await using _heir = keep(engine, logger).journal;
    await eventually(
      async () => (await journals(engine)).length === 0 || undefined,
      { what: "the journal to go" },
    );
    assertEquals(logger.messages("warning"), []);
    assertEquals(await stage.traces(), before);
  };
  /** What the worker has noted so far. */
  const entry = async () => {
    const volumes = await listVolumes(engine, { names: [JOURNAL_PREFIX] });
    const text = volumes.at(-1)?.labels.get(ENTRY_LABEL);
    return text === undefined ? undefined : decodeEntry(text);
  };

  await t.step("amid a step: the base, and the steps before", async () => {
    await crash(
      `FROM ${stage.base}\nRUN date +%N > /one\nRUN echo begun; sleep 60\n`,
      async () => {
        const builds = (await entry())?.builds ?? [];
        return begun && builds.some(({ images }) => images.length > 0);
      },
    );
    await assertTakenBack();
  });

  await t.step("amid a push: the names, and what they stand for", async () => {
    gate.rule = ({ method }) => ({ kind: method === "POST" ? "hold" : "pass" });
    await crash(
      `FROM ${stage.base}\nRUN date +%N > /now\n`,
      async () => {
        const names = (await entry())?.names ?? [];
        return names.some(({ name, now }) =>
          name.startsWith(gate.host) && now !== undefined
        );
      },
    );
    await assertTakenBack();
    gate.open();
  });
});

Deno.test("what a living worker holds is left alone, and its journal goes with its last image", async () => {
  await using daemon = await EngineDaemon.start();
  await using engine = daemon.connect();
  await using base = await BaseImage.make(engine);
  const name = "quay-builder-test/held:latest";
  const { images, journal } = keep(engine);
  await using _journal = journal;
  const other = keep(engine);
  await using _other = other.journal;
  await images.names.lease(name, { isGiven: true, signal });
  await tagImage(engine, base.name, { as: name });
  const beats = new Set<string>();
  await eventually(async () => {
    for (const beat of await journals(engine)) beats.add(beat);
    return beats.size > 12 || undefined;
  }, { what: "a long life" });
  assertEquals(other.images.holdings.names, []);
  images.names.letGo(name);
  await images.settle(signal);
  await eventually(
    async () => (await journals(engine)).length === 0 || undefined,
    { what: "the journal to go" },
  );
});

Deno.test("a name that somebody has given anew since the crash is theirs", async () => {
  await using daemon = await EngineDaemon.start();
  await using engine = daemon.connect();
  await using base = await BaseImage.make(engine);
  await using later = await BaseImage.make(engine);
  const names = ["ours", "theirs"].map((name) =>
    `quay-builder-test/${name}:latest`
  );
  const [ours = "", theirs = ""] = names;
  for (const name of names) await tagImage(engine, base.name, { as: name });
  const { id } = await inspect(engine, base.name);
  await createVolume(engine, `${JOURNAL_PREFIX}${crypto.randomUUID()}.7`, {
    labels: {
      [ENTRY_LABEL]: JSON.stringify({
        names: names.map((name) => ({ name, now: id })),
        made: [],
        builds: [],
      }),
    },
  });
  await tagImage(engine, later.name, { as: theirs });
  {
    await using _heir = keep(engine).journal;
    await eventually(
      async () => (await journals(engine)).length === 0 || undefined,
      { what: "the journal to go" },
    );
  }
  assertEquals(
    (await inspect(engine, later.name)).repoTags.includes(theirs),
    true,
  );
  assertEquals(
    (await inspect(engine, base.name)).repoTags.includes(ours),
    false,
  );
  await removeImage(engine, theirs);
});

/** An engine that has made a volume some time before it says so. */
class SlowEngine extends EngineClient {
  readonly asked = Promise.withResolvers<void>();

  override async request(request: EngineRequest): Promise<Response> {
    const response = await super.request(request);
    if (request.path === "/volumes/create") {
      this.asked.resolve();
      await delay(300, request.signal ? { signal: request.signal } : {});
    }
    return response;
  }
}

Deno.test("a worker that leaves while it writes leaves no journal", async () => {
  await using daemon = await EngineDaemon.start();
  await using engine = new SlowEngine(parseEngineAddress(daemon.host));
  const name = "quay-builder-test/short:latest";
  {
    const { images, journal } = keep(engine);
    await using _journal = journal;
    await images.names.lease(name, { isGiven: true, signal });
    await engine.asked.promise;
    images.names.letGo(name);
  }
  assertEquals(await journals(engine), []);
});

Deno.test("a worker leaves no journal of an image that somebody has built upon", async () => {
  await using daemon = await EngineDaemon.start();
  await using engine = daemon.connect();
  const base = await BaseImage.make(engine);
  const { id } = await inspect(engine, base.name);
  const { images, journal } = keep(engine);
  {
    await using _journal = journal;
    const Dockerfile = `FROM ${base.name}\nENV THEIRS=yes\n`;
    await buildImage(engine, await contextOf({ Dockerfile }));
    await removeImage(engine, base.name, { keepParents: true });
    images.steps.markMade(id, 0);
  }
  assertEquals(await journals(engine), []);
  assertEquals((await inspect(engine, id)).id, id);
});

Deno.test("while no journal can be written, one that stands still means nothing", async () => {
  await using daemon = await EngineDaemon.start();
  await using engine = daemon.connect();
  const name = `${JOURNAL_PREFIX}${crypto.randomUUID()}.3`;
  const text = JSON.stringify({ names: [], made: [], builds: [] });
  await createVolume(engine, name, { labels: { [ENTRY_LABEL]: text } });
  const logger = new RecordingLogger();
  await using stack = new AsyncDisposableStack();
  stack.use(await ReadOnly.make(`${daemon.root}/volumes`));
  await using _heir = keep(engine, logger).journal;
  await delay(3 * TIMES.expiry);
  assertEquals(await journals(engine), [name]);
  assertEquals(logger.messages("info"), []);
  await stack.disposeAsync();
  await eventually(
    async () => (await journals(engine)).length === 0 || undefined,
    { what: "the journal to go" },
  );
});

Deno.test("a journal that nobody can read is left alone, and said so once", async () => {
  await using daemon = await EngineDaemon.start();
  await using engine = daemon.connect();
  const name = `${JOURNAL_PREFIX}${crypto.randomUUID()}.1`;
  await createVolume(engine, name, { labels: { other: "text" } });
  const logger = new RecordingLogger();
  await using _heir = keep(engine, logger).journal;
  await eventually(
    () => logger.messages("warning").length > 0 || undefined,
    { what: "a warning" },
  );
  await delay(2 * TIMES.expiry);
  assertEquals(logger.messages("warning").length, 1);
  assertEquals(await journals(engine), [name]);
});
