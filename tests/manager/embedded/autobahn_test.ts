import { assert, assertEquals } from "@std/assert";
import { EmbeddedManager } from "../../../lib/manager/embedded/embedded_manager.ts";

Deno.test("the manager serves a worker made of the package autobahn", async () => {
  await using manager = await EmbeddedManager.listen({
    router: { acceptFeatures: true },
  });
  const script = new URL("_autobahn_worker.ts", import.meta.url);
  const worker = new Deno.Command(Deno.execPath(), {
    args: ["run", "--allow-all", script.href, manager.url],
  }).output();
  const report = await manager.build({ tag: "latest" });
  assert(report.kind === "success");
  assertEquals(JSON.parse(report.imageId), ["pong", true, "latest"]);
  assertEquals(report.phases.map(({ phase }) => phase), ["unpacking"]);
  const { code, stderr } = await worker;
  assertEquals(code, 0, new TextDecoder().decode(stderr));
  assertEquals(manager.violations, []);
});
