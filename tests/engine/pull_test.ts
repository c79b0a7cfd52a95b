import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { delay } from "@std/async/delay";
import { buildImage } from "../../lib/engine/build.ts";
import type { EngineClient } from "../../lib/engine/client.ts";
import type { RegistryCredentials } from "../../lib/engine/credentials.ts";
import {
  EngineHttpError,
  EngineStreamError,
  EngineTimeoutError,
  EngineTruncatedError,
} from "../../lib/engine/errors.ts";
import { inspectImage } from "../../lib/engine/inspect_image.ts";
import { listImages } from "../../lib/engine/list_images.ts";
import type { EngineMessage } from "../../lib/engine/message.ts";
import { pullImage } from "../../lib/engine/pull.ts";
import { pushImage } from "../../lib/engine/push.ts";
import { isRetriable } from "../../lib/engine/retriable.ts";
import { tagImage } from "../../lib/engine/tag.ts";
import type { TransferOptions } from "../../lib/engine/transfer_options.ts";
import { Secret } from "../../lib/secret/secret.ts";
import { BaseImage, type BaseImageOptions } from "../support/base_image.ts";
import { TestRegistry } from "../support/registry.ts";
import { FakeEngine } from "./_fake_engine.ts";
import { FakeRegistry, LARGE, SlowRegistry } from "./_fake_registry.ts";
import { connect, contextOf, eventually, removeLater } from "./_support.ts";

/** Puts an image into a registry, and leaves nothing of it on the engine. */
async function publish(
  client: EngineClient,
  name: string,
  { ballast, ...options }: TransferOptions & BaseImageOptions = {},
): Promise<void> {
  await using base = await BaseImage.make(client, { ballast });
  await tagImage(client, base.name, { as: name });
  await using _image = removeLater(client, name);
  await pushImage(client, name, options);
}

/** Credentials that base64 and base64url write differently. */
const PRIVATE = { username: "$token", password: "~~~???>>>ÿÿ" };

function credentialsOf(
  { host }: TestRegistry,
  password = PRIVATE.password,
): RegistryCredentials {
  const { username } = PRIVATE;
  return { registry: host, username, password: new Secret(password) };
}

Deno.test("pullImage() takes one tag, and says whether it is new", async () => {
  await using client = connect();
  await using registry = await TestRegistry.start();
  const name = `${registry.host}/ns/image`;
  await publish(client, `${name}:one`);
  await publish(client, `${name}:two`);
  const digest = await registry.digest("ns/image", "one");

  await using _image = removeLater(client, `${name}:one`);
  const messages: EngineMessage[] = [];
  const first = await pullImage(client, `${name}:one`, {
    onMessage: (message) => void messages.push(message),
  });
  assertEquals<unknown>(first, { digest, isNewer: true });
  assertEquals(messages[0]?.status, "Pulling from ns/image");
  const second = await pullImage(client, `${name}:one`);
  assertEquals<unknown>(second, { digest, isNewer: false });

  const images = await listImages(client, { references: [name] });
  assertEquals(images.map(({ repoTags }) => repoTags), [[`${name}:one`]]);
});

Deno.test("pullImage() takes an image by its digest", async () => {
  await using client = connect();
  await using registry = await TestRegistry.start();
  await publish(client, `${registry.host}/ns/image:one`);
  const digest = await registry.digest("ns/image", "one");
  const pinned = `${registry.host}/ns/image@${digest}`;
  await using _image = removeLater(client, pinned);
  assertEquals((await pullImage(client, pinned)).digest, digest);
  assertEquals((await inspectImage(client, pinned)).repoDigests, [pinned]);
});

Deno.test("pullImage() tells apart why there is no image", async () => {
  await using client = connect();
  await using registry = await TestRegistry.start();
  const refused = async (reference: string) => {
    const error = await assertRejects(
      () => pullImage(client, reference),
      EngineHttpError,
    );
    assertEquals(isRetriable(error), false, error.message);
    return `${error.status} ${error.message}`;
  };
  const { host } = registry;
  assertMatch(
    await refused(`${host}/a:b`),
    /^404 Cannot pull image ".*a:b": .*manifest unknown/,
  );
  assertMatch(
    await refused(`${host}/a@sha256:${"0".repeat(64)}`),
    /^404 .*manifest unknown/,
  );
  assertMatch(await refused(`${host}/UPPER:b`), /^400 .*lowercase/);
});

Deno.test("pullImage() opens a registry with its password, and no other", async () => {
  await using client = connect();
  await using registry = await TestRegistry.start({ credentials: PRIVATE });
  const name = `${registry.host}/ns/private:1`;
  const right = credentialsOf(registry);
  await publish(client, name, { credentials: right });

  for (const credentials of [undefined, credentialsOf(registry, "wrong")]) {
    const error = await assertRejects(
      () => pullImage(client, name, { credentials }),
      EngineHttpError,
    );
    assertMatch(error.detail, /no basic auth credentials|unauthorized/);
    assertEquals(isRetriable(error), false);
  }
  await using _image = removeLater(client, name);
  await pullImage(client, name, { credentials: right });
});

Deno.test("A build pulls its base with the credentials of exactly its registry", async () => {
  await using client = connect();
  await using registry = await TestRegistry.start({ credentials: PRIVATE });
  const name = `${registry.host}/ns/private:1`;
  const right = credentialsOf(registry);
  await publish(client, name, { credentials: right });

  const build = async (host: string) => {
    const dockerfile = `FROM ${name}\nENV A=b\n`;
    const context = await contextOf({ Dockerfile: dockerfile });
    const credentials = [{ ...right, registry: host }];
    return await buildImage(client, context, { credentials });
  };
  for (const host of ["127.0.0.1", registry.host.slice(0, -1), "docker.io"]) {
    await assertRejects(
      () => build(host),
      EngineStreamError,
      "no basic auth credentials",
    );
  }
  await using _base = removeLater(client, name);
  const { imageId } = await build(registry.host);
  await using _image = removeLater(client, imageId);
});

Deno.test("Aborting a pull closes the engine's connection to the registry", async () => {
  await using client = connect();
  await using registry = await TestRegistry.start();
  const ballast = LARGE;
  await publish(client, `${registry.host}/ns/image:1`, { ballast });
  await using slow = new SlowRegistry(registry);
  const controller = new AbortController();
  const reason = new Error("cancelled");
  const pulling = pullImage(client, `${slow.host}/ns/image:1`, {
    signal: controller.signal,
  });
  await slow.started;
  controller.abort(reason);
  assert(await assertRejects(() => pulling) === reason);
  await eventually(() => slow.isCut, 60_000);
});

Deno.test("A pull from a registry that never answers is given up after a silence", async () => {
  await using client = connect();
  const end = Promise.withResolvers<Response>();
  await using registry = new FakeRegistry(() => end.promise);
  const error = await assertRejects(
    () => pullImage(client, `${registry.host}/a:b`, { idleTimeout: 500 }),
    EngineTimeoutError,
  );
  end.resolve(new Response(null, { status: 503 }));
  assertMatch(error.message, /stalled: .* for 500 ms$/);
  assertEquals(isRetriable(error), true);
});

Deno.test("The time that messages take to be dealt with is no silence of the engine", async () => {
  await using client = connect();
  await using registry = await TestRegistry.start();
  const name = `${registry.host}/ns/image:one`;
  await publish(client, name);
  await using _image = removeLater(client, name);
  const { isNewer } = await pullImage(client, name, {
    idleTimeout: 5_000,
    onMessage: ({ status }) =>
      status?.startsWith("Digest") ? delay(5_500) : undefined,
  });
  assertEquals(isNewer, true);
});

Deno.test("A pull whose answer ends early, but cleanly, is no success", async () => {
  await using client = connect();
  await using registry = await TestRegistry.start();
  const name = `${registry.host}/ns/image:1`;
  await publish(client, name);
  await using _image = removeLater(client, name);
  await using engine = new FakeEngine(async (request, forward) => {
    const answer = await forward();
    if (!request.url.includes("/images/create")) return answer;
    const text = await answer.text();
    return new Response(text.slice(0, text.indexOf('{"status":"Status: ')));
  });
  const error = await assertRejects(
    () => pullImage(engine.client, name),
    EngineTruncatedError,
  );
  assertEquals(isRetriable(error), true);
});
