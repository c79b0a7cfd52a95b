import { assertEquals } from "@std/assert";
import { ImageCache } from "../../lib/build/image_cache.ts";

Deno.test("ImageCache gives up the least recently used first", () => {
  const cache = new ImageCache(100);
  for (const name of ["a", "b", "c"]) cache.keep(name, { id: name, size: 40 });
  assertEquals(cache.surplus, ["a"]);
  assertEquals(cache.take("a"), true);
  assertEquals(cache.take("a"), false);
  cache.keep("b", { id: "b", size: 40 });
  cache.keep("d", { id: "d", size: 40 });
  assertEquals(cache.surplus, ["c"]);
  assertEquals(cache.names, ["c", "b", "d"]);
});

Deno.test("ImageCache counts an image with two names once", () => {
  const cache = new ImageCache(50);
  cache.keep("a:1", { id: "a", size: 50 });
  cache.keep("a@sha256:0", { id: "a", size: 50 });
  assertEquals(cache.surplus, []);
  cache.keep("b:1", { id: "b", size: 1 });
  assertEquals(cache.surplus, ["a:1", "a@sha256:0"]);
});

Deno.test("ImageCache takes nothing that is larger than all of it", () => {
  const cache = new ImageCache(50);
  cache.keep("a", { id: "a", size: 50 });
  assertEquals(cache.keep("b", { id: "b", size: 51 }), false);
  assertEquals(cache.names, ["a"]);
  assertEquals(new ImageCache(0).keep("a", { id: "a", size: 1 }), false);
});
