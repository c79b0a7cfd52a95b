import { assertEquals } from "@std/assert";
import { LocalPackage } from "../../lib/local_build/package.ts";

Deno.test("a package that is downloaded again is counted once", async () => {
  const counted: number[] = [];
  await using local = new LocalPackage({
    open: () => Promise.resolve(new Blob(["0123456789"]).stream()),
    onBytes: (count) => counted.push(count),
  });
  const { client, url } = local;
  for (let tries = 0; tries < 2; tries++) {
    const response = await fetch(url.reveal(), { client });
    assertEquals(await response.text(), "0123456789");
  }
  assertEquals(counted.reduce((sum, count) => sum + count, 0), 10);
});

Deno.test("nobody gets a package without its address", async () => {
  await using local = new LocalPackage({
    open: () => Promise.resolve(new Blob(["content"]).stream()),
  });
  const { client, url } = local;
  const { origin } = new URL(url.reveal());
  const response = await fetch(origin, { client });
  assertEquals([response.status, await response.text()], [404, ""]);
});
