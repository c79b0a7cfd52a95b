import { assert, assertEquals } from "@std/assert";
import { getDiskUsage } from "../../lib/engine/disk_usage.ts";
import { measureFreeSpace } from "../../lib/worker/disk.ts";
import { BaseImage } from "../support/base_image.ts";
import { EngineDaemon } from "../support/engine_daemon.ts";

const { signal } = new AbortController();
const MIB = 2 ** 20;

Deno.test("where Deno may look, the file system tells what is free", async () => {
  await using daemon = await EngineDaemon.start({ diskSize: 200 * MIB });
  await using engine = daemon.connect();
  const before = await measureFreeSpace(engine, { signal });
  assert(before !== undefined && before < 200 * MIB && before > 150 * MIB);
  await Deno.writeFile(`${daemon.root}/file`, new Uint8Array(50 * MIB));
  const after = await measureFreeSpace(engine, { signal });
  assert(after !== undefined && before - after >= 50 * MIB);
});

Deno.test({
  name: "elsewhere it is the given size without what the engine stores",
  permissions: { ...everything(), sys: false },
  async fn() {
    await using daemon = await EngineDaemon.start();
    await using engine = daemon.connect();
    assertEquals(await measureFreeSpace(engine, { signal }), undefined);
    const size = 1024 * MIB;
    assertEquals(await measureFreeSpace(engine, { size, signal }), size);
    await using _image = await BaseImage.make(engine);
    const { layers } = await getDiskUsage(engine);
    assert(layers > 0);
    assertEquals(
      await measureFreeSpace(engine, { size, signal }),
      size - layers,
    );
    // The engine stores more than its operator knows.
    assertEquals(await measureFreeSpace(engine, { size: 1, signal }), 0);
  },
});

function everything() {
  return { env: true, net: true, read: true, run: true, write: true };
}
