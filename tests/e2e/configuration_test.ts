import { assertEquals, assertStringIncludes } from "@std/assert";
import { WorkerProcess } from "../support/worker_process.ts";

Deno.test("a worker without configuration says what it needs and exits with 2", async () => {
  await using worker = new WorkerProcess({ env: {} });
  const { code, log } = await worker.exited();
  assertEquals(code, 2);
  assertStringIncludes(log, "ENDPOINT: the Build Manager's address is missing");
  assertStringIncludes(log, "for example ENDPOINT=ws://");
});

Deno.test("every mistake is named in one message", async () => {
  await using worker = new WorkerProcess({
    env: {
      ENDPOINT: "localhost:8787",
      REALM: "realm",
      LOG_LEVEL: "chatty",
      DOCKER_HOST: "npipe:////./pipe/docker",
    },
  });
  const { code, log } = await worker.exited();
  assertEquals(code, 2);
  for (const name of ["ENDPOINT", "TOKEN", "LOG_LEVEL", "DOCKER_HOST"]) {
    assertStringIncludes(log, `  ${name}: `);
  }
});

Deno.test("arguments that the worker does not know are not passed over", async () => {
  await using worker = new WorkerProcess({
    env: { ENDPOINT: "ws://127.0.0.1:9" },
    args: ["--endpiont=ws://quay"],
  });
  const { code, log } = await worker.exited();
  assertEquals(code, 2);
  assertStringIncludes(log, 'Cannot use "--endpiont=ws://quay"');
});
