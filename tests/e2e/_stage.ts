import { delay } from "@std/async/delay";
import {
  JOURNAL_PREFIX,
  parseJournalName,
} from "../../lib/build/journal/volume.ts";
import { parseEngineAddress } from "../../lib/engine/address.ts";
import { EngineClient } from "../../lib/engine/client.ts";
import { listContainers } from "../../lib/engine/list_containers.ts";
import { listImages } from "../../lib/engine/list_images.ts";
import { listVolumes } from "../../lib/engine/list_volumes.ts";
import { pushImage } from "../../lib/engine/push.ts";
import type { BuildReport } from "../../lib/manager/embedded/build_report.ts";
import { Secret } from "../../lib/secret/secret.ts";
import { type ArchiveFormat, CONTENT_TYPES, pack } from "../support/archive.ts";
import { BaseImage } from "../support/base_image.ts";
import { PackageServer } from "../support/package_server.ts";
import { TestRegistry } from "../support/registry.ts";
import { DOCKER_HOST } from "../support/worker_process.ts";

/** The password that opens the guarded registry for `$token`. */
export const TOKEN = "e2e-token-0123456789";

/** All that a build put out, as its manager got it. */
export function output({ log }: BuildReport): string {
  return log.map(({ entry }) => entry.stream ?? "").join("");
}

/** Options of {@linkcode Stage.set}. */
export interface StageOptions {
  /**
   * Size in bytes of a disk that the open registry has for itself. Default:
   * that of the machine's.
   */
  readonly diskSize?: number;
}

/** What the builds of one test file need, all of it real. */
export class Stage implements AsyncDisposable {
  readonly engine: EngineClient;
  /** Takes everything from everybody. */
  readonly open: TestRegistry;
  /** Wants `$token` with {@linkcode TOKEN}. */
  readonly guarded: TestRegistry;
  readonly packages: PackageServer;
  /** Workers that have left their journals before. */
  readonly #strangers: ReadonlySet<string>;
  readonly #stack: AsyncDisposableStack;

  private constructor(
    parts: Pick<Stage, "engine" | "open" | "guarded" | "packages">,
    strangers: ReadonlySet<string>,
    stack: AsyncDisposableStack,
  ) {
    this.engine = parts.engine;
    this.open = parts.open;
    this.guarded = parts.guarded;
    this.packages = parts.packages;
    this.#strangers = strangers;
    this.#stack = stack;
  }

  /**
   * Starts the registries, each with a base image `e2e/base:latest`.
   *
   * @param dockerHost address of the engine that makes and pushes the images
   */
  static async set(
    dockerHost: string = DOCKER_HOST,
    { diskSize }: StageOptions = {},
  ): Promise<Stage> {
    await using stack = new AsyncDisposableStack();
    const engine = stack.use(new EngineClient(parseEngineAddress(dockerHost)));
    const open = stack.use(
      await TestRegistry.start({ ...(diskSize && { diskSize }) }),
    );
    const credentials = { username: "$token", password: TOKEN };
    const guarded = stack.use(await TestRegistry.start({ credentials }));
    const packages = stack.use(new PackageServer());
    const parts = { engine, open, guarded, packages };
    for (const { host } of [open, guarded]) {
      await pushBase(engine, `${host}/e2e/base:latest`);
    }
    const journals = await listVolumes(engine, { names: [JOURNAL_PREFIX] });
    const strangers = new Set(journals.map(({ name }) => ownerOf(name)));
    return new Stage(parts, strangers, stack.move());
  }

  /** The base image's name on the open registry. */
  get base(): string {
    return `${this.open.host}/e2e/base`;
  }

  /** Makes a base image on the open registry, with an ID of its own. */
  pushBase(repository: string): Promise<void> {
    return pushBase(this.engine, `${this.open.host}/${repository}:latest`);
  }

  /** Serves files as a package. */
  async package(
    files: Readonly<Record<string, string>>,
    format: ArchiveFormat = "tar.gz",
  ): Promise<string> {
    const body = await pack(files, format);
    return this.packages.add({ body, contentType: CONTENT_TYPES[format] });
  }

  /** Arguments of a build, complete but for its source. */
  arguments(
    overrides: Readonly<Record<string, unknown>>,
  ): { repository: string; registry: string; [key: string]: unknown } {
    return {
      build_package: "",
      context: "",
      dockerfile_path: "Dockerfile",
      repository: `e2e/image-${crypto.randomUUID().slice(0, 8)}`,
      registry: this.open.host,
      pull_token: TOKEN,
      push_token: TOKEN,
      tag_names: ["latest"],
      base_image: {},
      ...overrides,
    };
  }

  /**
   * Everything that builds can leave on the engine, to compare: images and
   * containers as they are, then volumes. Those of this stage's workers that
   * are their journals are waited for to go, as a worker that lives looks once
   * a second whether it still needs one.
   *
   * @param options.patience how long, in milliseconds. Default 10,000
   */
  async traces(
    { patience = 10_000 }: { readonly patience?: number } = {},
  ): Promise<string[]> {
    const images = await listImages(this.engine, { all: true });
    const containers = await listContainers(this.engine, { all: true });
    const deadline = performance.now() + patience;
    let volumes = await this.#volumes();
    while (volumes.some(isJournal) && performance.now() < deadline) {
      await delay(100);
      volumes = await this.#volumes();
    }
    return [
      ...images.map(({ id, repoTags, repoDigests }) =>
        [id, ...repoTags, ...repoDigests].join(" ")
      ),
      ...containers.map(({ id }) => id),
      ...volumes,
    ].sort();
  }

  /** Without the journals of workers that were killed before: they may go. */
  async #volumes(): Promise<string[]> {
    const volumes = await listVolumes(this.engine);
    return volumes.map(({ name }) => name)
      .filter((name) => !this.#strangers.has(ownerOf(name)));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#stack.disposeAsync();
  }
}

/** The worker whose journal a volume is, or the volume itself. */
function ownerOf(name: string): string {
  return parseJournalName(name)?.owner ?? name;
}

function isJournal(name: string): boolean {
  return name.startsWith(JOURNAL_PREFIX);
}

/** Makes a base image, and leaves it on its registry alone. */
async function pushBase(engine: EngineClient, name: string): Promise<void> {
  await using base = await BaseImage.make(engine, { name });
  const [registry = ""] = name.split("/");
  const password = new Secret(TOKEN);
  await pushImage(engine, base.name, {
    credentials: { registry, username: "$token", password },
  });
}
