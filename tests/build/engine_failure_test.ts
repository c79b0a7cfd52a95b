import {
  assertEquals,
  assertInstanceOf,
  assertStringIncludes,
} from "@std/assert";
import { explainEngineFailure } from "../../lib/build/engine_failure.ts";
import { BuildFailure } from "../../lib/build/failure.ts";
import { parseEngineAddress } from "../../lib/engine/address.ts";
import { EngineClient } from "../../lib/engine/client.ts";
import { pullImage } from "../../lib/engine/pull.ts";
import { DOCKER_HOST } from "../support/worker_process.ts";

const ANY_PORT = { hostname: "127.0.0.1", port: 0, onListen: () => {} };

async function explainPull(dockerHost: string, image: string) {
  await using engine = new EngineClient(parseEngineAddress(dockerHost));
  const error = await pullImage(engine, image).catch((error) => error);
  const failure = explainEngineFailure(
    error,
    "cannot_pull_base_image",
    `pull base image "${image}"`,
  );
  assertInstanceOf(failure, BuildFailure);
  assertEquals(failure.cause, error);
  return failure;
}

Deno.test("a registry's rate limit is told with what to do about it", async () => {
  const body = JSON.stringify({
    errors: [{
      code: "TOOMANYREQUESTS",
      message: "You have reached your limit.",
    }],
  });
  await using registry = Deno.serve(
    ANY_PORT,
    ({ url }) =>
      new URL(url).pathname === "/v2/"
        ? new Response("{}")
        : new Response(body, { status: 429 }),
  );
  const image = `127.0.0.1:${registry.addr.port}/e2e/base:latest`;
  const { kind, message } = await explainPull(DOCKER_HOST, image);
  assertEquals(kind, "cannot_pull_base_image");
  assertStringIncludes(message, "toomanyrequests");
  assertStringIncludes(message, "\n\nThe registry limits how often");
});

Deno.test("an engine that cannot be reached is no fault of the image", async () => {
  const { kind, message } = await explainPull("unix:///no-engine.sock", "a:b");
  assertEquals(kind, "docker_connect_error");
  assertStringIncludes(message, "start the engine");
});

Deno.test("other errors are returned as they are", () => {
  const error = new DOMException("Cancelled", "AbortError");
  assertEquals(explainEngineFailure(error, "build_error", "build"), error);
});
