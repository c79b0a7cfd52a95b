import { assertEquals } from "@std/assert";
import { LeaseBook } from "../../lib/build/lease_book.ts";

const PULLED = { before: undefined, isGiven: false };
const GIVEN = { before: undefined, isGiven: true };

Deno.test("a tag stands for what a build gave, though it was pulled before", () => {
  const book = new LeaseBook();
  book.join("registry/app:v1", PULLED);
  book.join("registry/app:v1", GIVEN);
  book.leave("registry/app:v1");
  book.leave("registry/app:v1");
  assertEquals(book.getIdle("registry/app:v1")?.isGiven, true);
});

Deno.test("a digest stands for what was pulled, though a build pushed the same", () => {
  const book = new LeaseBook();
  book.join("registry/app@sha256:1", PULLED);
  book.join("registry/app@sha256:1", GIVEN);
  book.leave("registry/app@sha256:1");
  book.leave("registry/app@sha256:1");
  assertEquals(book.getIdle("registry/app@sha256:1")?.isGiven, false);
});
