import { assertEquals } from "@std/assert";
import { splitReference } from "../../lib/engine/_reference.ts";

Deno.test("splitReference() finds the tag or digest, and no port", () => {
  const digest = `sha256:${"0".repeat(64)}`;
  const cases: [string, string, string][] = [
    ["busybox", "busybox", "latest"],
    ["busybox:1.36", "busybox", "1.36"],
    ["host:5000/a/b", "host:5000/a/b", "latest"],
    ["host:5000/a/b:c", "host:5000/a/b", "c"],
    [`host:5000/a@${digest}`, "host:5000/a", digest],
    [`host:5000/a:b@${digest}`, "host:5000/a", digest],
  ];
  for (const [reference, name, version] of cases) {
    assertEquals(splitReference(reference), { name, version });
  }
});
