import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import {
  EngineStreamError,
  EngineTruncatedError,
} from "../../lib/engine/errors.ts";
import { inspectImage } from "../../lib/engine/inspect_image.ts";
import { pushImage } from "../../lib/engine/push.ts";
import { isRetriable } from "../../lib/engine/retriable.ts";
import { tagImage } from "../../lib/engine/tag.ts";
import { Secret } from "../../lib/secret/secret.ts";
import { BaseImage } from "../support/base_image.ts";
import { TestRegistry } from "../support/registry.ts";
import { FakeEngine } from "./_fake_engine.ts";
import { LARGE, SlowRegistry } from "./_fake_registry.ts";
import { connect, eventually, removeLater, uniqueName } from "./_support.ts";

Deno.test("pushImage() gives the digest that the registry has", async () => {
  await using client = connect();
  await using base = await BaseImage.make(client);
  await using registry = await TestRegistry.start();
  const name = `${registry.host}/ns/image`;
  await tagImage(client, base.name, { as: `${name}:1.0` });
  await using _image = removeLater(client, `${name}:1.0`);
  const { digest, size } = await pushImage(client, `${name}:1.0`);
  assertEquals(digest, await registry.digest("ns/image", "1.0"));
  assertEquals(size > 0, true);
  assertEquals(await registry.tags("ns/image"), ["1.0"]);
  assertEquals((await inspectImage(client, `${name}:1.0`)).repoDigests, [
    `${name}@${digest}`,
  ]);
});

Deno.test("pushImage() reads the digest out of the status where there is no aux", async () => {
  const digest = `sha256:${"ab".repeat(32)}`;
  await using engine = new FakeEngine(() =>
    new Response(`{"status":"1.0: digest: ${digest} size: 1234"}\r\n`, {
      headers: { "Api-Version": "1.52" },
    })
  );
  assertEquals(await pushImage(engine.client, "host:5000/a:1.0"), {
    digest,
    size: 1234,
  });
});

Deno.test("pushImage() opens a registry with its password, and no other", async () => {
  await using client = connect();
  await using base = await BaseImage.make(client);
  const [username, password] = ["$token", "~~~???>>>ÿÿ"];
  await using registry = await TestRegistry.start({
    credentials: { username, password },
  });
  const name = `${registry.host}/ns/private:1`;
  await tagImage(client, base.name, { as: name });
  await using _image = removeLater(client, name);
  const right = {
    registry: registry.host,
    username,
    password: new Secret(password),
  };
  const wrong = { ...right, password: new Secret("wrong") };
  for (const credentials of [undefined, wrong]) {
    const error = await assertRejects(
      () => pushImage(client, name, { credentials }),
      EngineStreamError,
    );
    assertMatch(error.detail, /no basic auth credentials|unauthorized/);
    assertEquals(isRetriable(error), false);
  }
  assertEquals(await registry.tags("ns/private"), []);
  const { digest } = await pushImage(client, name, { credentials: right });
  assertEquals(digest, await registry.digest("ns/private", "1"));
});

Deno.test("pushImage() tells of a registry that is read-only, away, or back", async () => {
  await using client = connect();
  await using base = await BaseImage.make(client);
  await using registry = await TestRegistry.start();
  const name = `${registry.host}/ns/image:1`;
  await tagImage(client, base.name, { as: name });
  await using _image = removeLater(client, name);
  const fail = () =>
    assertRejects(() => pushImage(client, name), EngineStreamError);

  await registry.restart({ readOnly: true });
  const denied = await fail();
  assertMatch(denied.message, /^Cannot push image ".*": .*405/);
  assertEquals(isRetriable(denied), false);

  await registry.stop();
  const away = await fail();
  assertMatch(away.detail, /connection refused/);
  assertEquals(isRetriable(away), true);

  await registry.restart();
  await pushImage(client, name);
});

Deno.test("pushImage() rejects for an image that does not exist", async () => {
  await using client = connect();
  const error = await assertRejects(
    () => pushImage(client, `127.0.0.1:9/${uniqueName()}:1`),
    EngineStreamError,
    "does not exist",
  );
  assertEquals(isRetriable(error), false);
});

Deno.test("Aborting a push closes the engine's connection to the registry", async () => {
  await using client = connect();
  await using base = await BaseImage.make(client, { ballast: LARGE });
  await using registry = await TestRegistry.start();
  await using slow = new SlowRegistry(registry);
  const name = `${slow.host}/a:b`;
  await tagImage(client, base.name, { as: name });
  await using _image = removeLater(client, name);
  const controller = new AbortController();
  const reason = new Error("cancelled");
  const pushing = pushImage(client, name, { signal: controller.signal });
  await slow.started;
  controller.abort(reason);
  assert(await assertRejects(() => pushing) === reason);
  await eventually(() => slow.isCut, 60_000);
});

Deno.test("A push whose answer ends early, but cleanly, is no success", async () => {
  await using engine = new FakeEngine(() =>
    new Response('{"status":"Pushed","id":"46ae05d8a9e1"}\r\n', {
      headers: { "Api-Version": "1.41" },
    })
  );
  await assertRejects(
    () => pushImage(engine.client, "host:5000/a:b"),
    EngineTruncatedError,
  );
});
