import { ENGINE } from "../../lib/doctor/engine.ts";
import { freePort } from "../support/free_port.ts";
import { TemporaryDirectory } from "../support/temporary_directory.ts";
import { assertFinding, look } from "./_look.ts";

Deno.test("an engine is told with its version, builder, storage and disk", async () => {
  const findings = await look(ENGINE, { DISK_SIZE: "900000GiB" });
  assertFinding(findings, { verdict: "ok", message: /^Docker \d+\..*API 1\./ });
  assertFinding(findings, { verdict: "ok", message: /builder.*stores in \// });
  assertFinding(findings, { verdict: "ok", message: /iB are free/ });
});

Deno.test("a disk that the doctor sees, and a worker does not, is worth a word", async () => {
  assertFinding(await look(ENGINE, {}), {
    verdict: "warning",
    message: /iB are free on its disk; a worker may not look there/,
    advice: /DISK_SIZE/,
  });
  assertFinding(await look(ENGINE, { DISK_FLOOR: "0" }), {
    verdict: "ok",
    message: /iB are free on its disk$/,
  });
});

Deno.test("a disk below the floor is wrong", async () => {
  assertFinding(await look(ENGINE, { DISK_FLOOR: "900000GiB" }), {
    verdict: "wrong",
    message: /iB are free on its disk, less than \d+ TiB/,
    advice: /make room/,
  });
});

Deno.test("every way in which a socket can fail has its cause and next step", async (t) => {
  await using directory = await TemporaryDirectory.create();
  const path = `${directory.path}/engine.sock`;
  const settings = { DOCKER_HOST: `unix://${path}` };

  await t.step("it is not there", async () => {
    assertFinding(await look(ENGINE, settings), {
      verdict: "wrong",
      message: /has no socket there/,
      advice: /[Ss]tart the engine/,
    });
  });
  await t.step("it is a directory that a container's mount made", async () => {
    await Deno.mkdir(path);
    assertFinding(await look(ENGINE, settings), {
      verdict: "wrong",
      message: /is no socket/,
      advice: /remove it, and start the engine first/,
    });
    await Deno.remove(path);
  });
  await t.step("nobody listens at it any more", async () => {
    const leave =
      "import socket, sys; socket.socket(socket.AF_UNIX).bind(sys.argv[1])";
    await new Deno.Command("python3", { args: ["-c", leave, path] }).output();
    assertFinding(await look(ENGINE, settings), {
      verdict: "wrong",
      message: /accepts no connection/,
      advice: /systemctl start docker/,
    });
  });
});

Deno.test("an address over TCP fails by name, by port and by protocol", async () => {
  assertFinding(
    await look(ENGINE, { DOCKER_HOST: "tcp://no-such-host.invalid" }),
    { verdict: "wrong", message: /does not resolve/, advice: /DOCKER_HOST/ },
  );
  assertFinding(
    await look(ENGINE, { DOCKER_HOST: `tcp://127.0.0.1:${freePort()}` }),
    {
      verdict: "wrong",
      message: /accepts no connection/,
      advice: /start the engine/,
    },
  );
  await using web = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    () => new Response("hello"),
  );
  assertFinding(
    await look(ENGINE, { DOCKER_HOST: `tcp://127.0.0.1:${web.addr.port}` }),
    {
      verdict: "wrong",
      message: /no Docker engine/,
      advice: /Docker engine listens at DOCKER_HOST/,
    },
  );
  const HTTP_PROXY = `http://127.0.0.1:${web.addr.port}`;
  assertFinding(
    await look(ENGINE, { DOCKER_HOST: HTTP_PROXY, HTTP_PROXY }),
    {
      verdict: "wrong",
      message: /no Docker engine \(200\): the proxy 127\.0\.0\.1:\d+ is on/,
      advice: /^The proxy 127\.0\.0\.1:\d+ may answer.*NO_PROXY/,
    },
  );
});
