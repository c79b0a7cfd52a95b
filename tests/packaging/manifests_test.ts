import {
  assert,
  assertEquals,
  assertLess,
  assertStringIncludes,
} from "@std/assert";
import { duration, size } from "../../lib/config/value.ts";
import { kubernetesMistakes } from "./_kubernetes_types.ts";
import {
  readPod,
  readProject,
  readService,
  readYaml,
  variable,
} from "./_manifests.ts";

const WORKLOADS = ["enterprise/deployment.yaml", "hosted/job.yaml"] as const;

Deno.test("the manifests are what Kubernetes knows", async () => {
  const read = (path: string) => readYaml(`deploy/kubernetes/${path}`);
  const deployment = await read("enterprise/deployment.yaml");
  // The engine's is a part of others; of these, a job wants the least.
  const pod = await readPod("engine/docker.yaml");
  const job = (spec: unknown) => ({
    type: "batch/v1.IJob",
    manifest: { apiVersion: "batch/v1", kind: "Job", spec: { template: spec } },
  } as const);
  const manifests = [
    { type: "apps/v1.IDeployment", manifest: deployment },
    { type: "batch/v1.IJob", manifest: await read("hosted/job.yaml") },
    job({ spec: pod }),
  ] as const;
  assertEquals(await kubernetesMistakes(manifests), "");
  assertStringIncludes(
    await kubernetesMistakes([job({ spec: { ...pod, nodeSelecter: {} } })]),
    "nodeSelecter",
  );
});

Deno.test("the worker knows the size of the disk that its engine has", async () => {
  const pod = await readPod("engine/docker.yaml");
  const data = pod.volumes.find(({ name }) => name === "engine-data");
  assertEquals(
    size(variable(pod, "DISK_SIZE") ?? ""),
    size(`${data?.emptyDir?.sizeLimit}B`),
  );
});

Deno.test("what a build may fetch and unpack fits on the worker's disk", async () => {
  for (const path of WORKLOADS) {
    const pod = await readPod(path);
    const tmp = pod.volumes.find(({ name }) => name === "tmp");
    const limit = (name: string) => size(variable(pod, name) ?? "");
    assertLess(
      limit("PACKAGE_LIMIT") + 2 * limit("UNPACKED_LIMIT"),
      size(`${tmp?.emptyDir?.sizeLimit}B`),
      path,
    );
  }
});

Deno.test("a build that takes too long is cancelled before the worker is killed", async () => {
  const times: Record<string, readonly (string | undefined)[]> = {};
  for (const path of WORKLOADS) {
    const pod = await readPod(path);
    const grace = `${pod.terminationGracePeriodSeconds}s`;
    times[path] = [variable(pod, "DRAIN_TIMEOUT"), grace];
  }
  const { environment, stop_grace_period } = await readService();
  times["compose"] = [environment.DRAIN_TIMEOUT, stop_grace_period];
  const unit = await readProject("deploy/systemd/quay-builder.service");
  times["systemd"] = [
    /^Environment=DRAIN_TIMEOUT=(.*)$/m.exec(unit)?.[1],
    /^TimeoutStopSec=(.*)$/m.exec(unit)?.[1],
  ];
  for (const [name, [drain, grace]] of Object.entries(times)) {
    assert(drain !== undefined && grace !== undefined, name);
    // The rest is for cleaning up.
    assertLess(duration(drain), duration(grace) - 60_000, name);
  }
});

Deno.test("a container that fails a probe is not waited for like a build", async () => {
  for (const path of [...WORKLOADS, "engine/docker.yaml"]) {
    const { containers, initContainers = [] } = await readPod(path);
    for (const container of [...containers, ...initContainers]) {
      const { startupProbe, livenessProbe } = container;
      for (const probe of [startupProbe, livenessProbe]) {
        if (probe === undefined) continue;
        assertEquals(probe.terminationGracePeriodSeconds, 30, path);
      }
    }
  }
});

Deno.test("a worker of compose is back after its engine's restart", async () => {
  // It ended with 0, which is no failure.
  assertEquals((await readService()).restart, "unless-stopped");
});
