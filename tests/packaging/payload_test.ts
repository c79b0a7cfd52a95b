import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { EmbeddedManager } from "../../lib/manager/embedded/embedded_manager.ts";
import { Stage } from "../e2e/_stage.ts";
import { Authority } from "../support/certificates.ts";
import { eventually } from "../support/eventually.ts";
import { onBegun } from "../support/on_begun.ts";
import { SOCKET } from "../support/worker_process.ts";
import { Container, type ContainerOptions } from "./_container.ts";
import {
  buildPackage,
  HARDENED,
  NOT_ROOT,
  withoutShell,
} from "./_in_container.ts";
import { PayloadImages } from "./_payload_images.ts";
import { offerOverTls } from "./_relay.ts";

const { mode: SOCKET_MODE } = await Deno.stat(SOCKET);

Deno.test("the payload is all that the worker needs of an image", async (t) => {
  await using stage = await Stage.set();
  await using images = await PayloadImages.make(stage.engine);
  const { alone, busybox: image } = images;

  const withNothing = withoutShell(alone);
  const cases: Readonly<Record<string, Omit<ContainerOptions, "env">>> = {
    "without any C library or shell": withNothing,
    "without any C library or shell, not as root": {
      ...withNothing,
      options: [...withNothing.options, ...NOT_ROOT],
    },
    "with busybox alone": { image },
    "with busybox alone, not as root": {
      image,
      options: [...NOT_ROOT, ...HARDENED],
    },
  };
  for (const [name, options] of Object.entries(cases)) {
    await t.step(`it builds a package ${name}`, async () => {
      await buildPackage(stage, options);
    });
  }

  await t.step(
    "it gives up root where the socket's group lets it",
    async () => {
      await using manager = await EmbeddedManager.listen();
      const env = { ENDPOINT: manager.url };
      await using container = new Container({ image, env });
      await manager.waitForWorker();
      const user = (SOCKET_MODE ?? 0) & 0o020 ? 1000 : 0;
      const processes = (await container.processes()).join("\n");
      assertMatch(processes, new RegExp(`^\\s*${user}\\s+${user}\\s.*deno$`));
      await container.stop();
    },
  );

  await t.step("it starts where it cannot give up root", async () => {
    for (const socket of [true, false]) {
      await using container = new Container({
        image,
        socket,
        env: {},
        options: ["--cap-drop", "ALL"],
      });
      const { code, log } = await container.exited();
      assertEquals(code, 2, log);
      assertStringIncludes(log, "ENDPOINT");
      assertEquals(log.includes("setpriv"), false, log);
    }
  });

  await t.step("it finishes its build when it is stopped", async () => {
    const begun = Promise.withResolvers<void>();
    await using manager = await EmbeddedManager.listen({
      onEvent: onBegun(() => begun.resolve()),
    });
    const env = { ENDPOINT: manager.url };
    await using container = new Container({ image, env });
    const report = manager.build(stage.arguments({
      build_package: await stage.package({
        "Dockerfile": `FROM ${stage.base}\nRUN echo begun; sleep 3\n`,
      }),
    }));
    await begun.promise;
    assertEquals((await container.stop()).code, 0);
    assertEquals((await report).kind, "success");
  });

  await t.step(
    "it trusts the authorities in /certs, and no others",
    async () => {
      await using authority = await Authority.create();
      const certificate = await authority.issue("quay");
      await using manager = await EmbeddedManager.listen();
      await using managerTls = offerOverTls(manager.url, certificate);
      const archive = await stage.package({
        "Dockerfile": `FROM ${stage.base}\nCOPY . /src/\n`,
      });
      await using archiveTls = offerOverTls(archive, certificate);
      {
        const env = { ENDPOINT: managerTls.url };
        await using container = new Container({ image, env });
        const text = "no authority that is trusted here";
        await eventually(
          () => container.log.includes(text) || undefined,
          { what: text },
        );
      }
      await using container = new Container({
        image,
        env: { ENDPOINT: managerTls.url },
        options: ["--volume", `${authority.certPath}:/certs/rootCA.pem`],
      });
      await eventually(
        () => manager.workers.find(({ state }) => state === "ready"),
        { what: "a worker over TLS" },
      );
      const report = await manager.build(stage.arguments({
        build_package: archiveTls.url,
      }));
      assertEquals(report.kind, "success", JSON.stringify(report));
      await container.stop();
    },
  );

  await t.step("it refuses what is no certificate in /certs", async () => {
    await using container = new Container({
      image,
      env: { ENDPOINT: "ws://127.0.0.1:9" },
      options: ["--volume", "/etc/hostname:/certs/rootCA.pem"],
    });
    const { code, log } = await container.exited();
    assertEquals(code, 2);
    assertStringIncludes(log, '"/certs/rootCA.pem": it is no certificate');
  });
});
