import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { AllowanceError } from "../../../lib/source/git/allowance.ts";
import { SizeWatch } from "../../../lib/source/git/size_watch.ts";
import { eventually } from "../../support/eventually.ts";
import { TemporaryDirectory } from "../../support/temporary_directory.ts";

Deno.test("SizeWatch counts all that is in a repository, and says when it is too much", async () => {
  await using directory = await TemporaryDirectory.create();
  const { path } = directory;
  await using size = new SizeWatch(`${path}/.git`, 25);
  await size.check();
  await Deno.mkdir(`${path}/.git/modules/sub/objects`, { recursive: true });
  await Deno.writeTextFile(`${path}/.git/config`, "x".repeat(10));
  const object = `${path}/.git/modules/sub/objects/pack`;
  await Deno.writeTextFile(object, "x".repeat(15));
  await size.check();
  assertEquals(size.signal.aborted, false);
  await Deno.writeTextFile(object, "x".repeat(16));
  const error = await assertRejects(() => size.check(), AllowanceError);
  assertStringIncludes(error.message, "more than 25 bytes");
  await eventually(() => size.signal.aborted || undefined, {
    what: "the watch to notice",
  });
  assertEquals(size.signal.reason instanceof AllowanceError, true);
});
