import { assertEquals } from "@std/assert";
import { size } from "../../lib/config/value.ts";
import { readPod, variable } from "./_manifests.ts";

Deno.test("the worker knows the size of the disk that its engine has", async () => {
  const pod = await readPod("engine/docker.yaml");
  const data = pod.volumes.find(({ name }) => name === "engine-data");
  assertEquals(
    size(variable(pod, "DISK_SIZE") ?? ""),
    size(`${data?.emptyDir?.sizeLimit}B`),
  );
});
