/**
 * The main job, shown: a Build Manager on loopback hands a worker a build, the
 * worker takes it through every phase, and the image is in a registry.
 *
 * Needs an engine (`DOCKER_HOST`) and an open registry (`REGISTRY`), which
 * `make demo` starts.
 *
 * @module
 */
import { parseEngineAddress } from "../../lib/engine/address.ts";
import { EngineClient } from "../../lib/engine/client.ts";
import { pushImage } from "../../lib/engine/push.ts";
import { EmbeddedManager } from "../../lib/manager/embedded/embedded_manager.ts";
import type { ManagerEvent } from "../../lib/manager/embedded/events.ts";
import { pack } from "../../tests/support/archive.ts";
import { BaseImage } from "../../tests/support/base_image.ts";
import { PackageServer } from "../../tests/support/package_server.ts";
import {
  DOCKER_HOST,
  WorkerProcess,
} from "../../tests/support/worker_process.ts";

const REPOSITORY = "demo/hello";
const TAGS = ["latest", "v1"];

const FILES = {
  "app/Dockerfile": `ARG RELEASE=latest
FROM REGISTRY/demo/base:$RELEASE
WORKDIR /srv
COPY greeting.sh .
RUN chmod +x greeting.sh && for i in 1 2 3; do echo "compiling part $i of 3"; sleep 0.2; done
RUN ./greeting.sh builder > built.txt && cat built.txt
CMD ["/srv/greeting.sh", "world"]
`,
  "app/greeting.sh": '#!/bin/sh\necho "Hello, $1!"\n',
  "app/.dockerignore": "*.secret\n",
  "app/not-sent.secret": "never part of the image\n",
  "README": "outside of the build's context\n",
};

async function demo(registry: string): Promise<boolean> {
  await using engine = new EngineClient(parseEngineAddress(DOCKER_HOST));
  await publishBaseImage(engine, `${registry}/demo/base:latest`);
  await using packages = new PackageServer();
  const dockerfile = FILES["app/Dockerfile"].replace("REGISTRY", registry);
  const url = packages.add({
    body: await pack({ ...FILES, "app/Dockerfile": dockerfile }, "tar.gz"),
    contentType: "application/gzip",
  });

  await using manager = await EmbeddedManager.listen({ onEvent: show });
  say(`The Build Manager listens on ${manager.url}`);
  await using worker = new WorkerProcess({
    env: { ENDPOINT: String(manager.url), LOG_LEVEL: "warning" },
  });
  const report = await manager.build({
    build_package: url,
    context: "/app",
    dockerfile_path: "Dockerfile",
    repository: REPOSITORY,
    registry,
    pull_token: "demo-pull-token",
    push_token: "demo-push-token",
    tag_names: TAGS,
    base_image: {},
  });
  worker.signal("SIGTERM");
  const { code, log } = await worker.exited();
  if (report.kind !== "success" || code !== 0) {
    say(`\nThe build failed: ${JSON.stringify(report, null, 2)}\n${log}`);
    return false;
  }
  const seconds = (report.endedAt - report.startedAt) / 1000;
  say(`
Built and pushed in ${seconds.toFixed(1)} s
  image   ${report.imageId}
  digest  ${report.digests.join("\n          ")}

Look at it in the registry, and run it:
  curl http://${registry}/v2/${REPOSITORY}/tags/list
  DOCKER_HOST=${DOCKER_HOST} docker run --rm ${registry}/${REPOSITORY}:latest
The registry keeps running for that; \`make stop\` ends it, and the engine
if it was started for the demo.`);
  return true;
}

/** The base is pulled from the registry, as it would be in earnest. */
async function publishBaseImage(
  engine: EngineClient,
  name: string,
): Promise<void> {
  await using base = await BaseImage.make(engine, { name });
  await pushImage(engine, base.name);
}

function show(event: ManagerEvent): void {
  switch (event.kind) {
    case "worker_ready":
      return say(`A worker is ready in realm ${event.realm}`);
    case "phase":
      return say(`\n── ${event.record.phase} ──`);
    case "log": {
      const { stream, status, id, progressDetail } = event.record.entry;
      if (stream !== undefined) return write(stream);
      const { current, total } = progressDetail ?? {};
      if (current === total) {
        say(id === undefined ? `${status}` : `${id}: ${status}`);
      }
    }
  }
}

const encoder = new TextEncoder();

function write(text: string): void {
  Deno.stdout.writeSync(encoder.encode(text));
}

function say(line: string): void {
  write(`${line}\n`);
}

if (import.meta.main) {
  const registry = Deno.env.get("REGISTRY") ?? "127.0.0.1:5000";
  Deno.exit(await demo(registry) ? 0 : 1);
}
