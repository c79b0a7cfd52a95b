import { assertEquals, assertRejects } from "@std/assert";
import { ProtocolViolation } from "../../lib/wamp/errors.ts";
import { Inbox } from "../../lib/wamp/inbox.ts";

/** A message of so many characters. */
function messageOf(length: number): string {
  const frame = '[50, 1, {}, [""]]';
  return frame.replace('""', `"${"x".repeat(length - frame.length)}"`);
}

Deno.test("an inbox that nobody reads takes no more than the two longest messages", async () => {
  let overflows = 0;
  const limits = { maxLength: 1_000, maxDepth: 10 };
  const inbox = new Inbox(() => overflows++, limits);
  inbox.push(messageOf(1_000));
  inbox.push(messageOf(1_000));
  assertEquals([inbox.length, overflows], [2, 0]);
  inbox.push(messageOf(20));
  assertEquals([inbox.length, overflows], [2, 1]);
  await inbox.receive();
  inbox.push(messageOf(1_000));
  assertEquals([inbox.length, overflows], [2, 1]);
});

Deno.test("a message that is too long takes no room, and is told as what it is", async () => {
  let overflows = 0;
  const limits = { maxLength: 1_000, maxDepth: 10 };
  const inbox = new Inbox(() => overflows++, limits);
  inbox.push(messageOf(1_000_000));
  assertEquals(overflows, 0);
  await assertRejects(
    () => inbox.receive(),
    ProtocolViolation,
    "A message of 1000000 characters is longer than the 1000 allowed",
  );
});

Deno.test("an inbox takes ten thousand small messages and no more", () => {
  let overflows = 0;
  const inbox = new Inbox(() => overflows++);
  for (let i = 0; i < 10_001; i++) inbox.push("[67, 1]");
  assertEquals([inbox.length, overflows], [10_000, 1]);
});
