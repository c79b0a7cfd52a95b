import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { fileURLToPath } from "node:url";

const read = (name: string) =>
  Deno.readTextFile(new URL(`../../${name}`, import.meta.url));

const alpine = await read("Dockerfile.alpine");
const rhel7 = await read("Dockerfile.rhel7");

/** Text from one line up to another, both given by their beginnings. */
function between(text: string, first: string, last?: string): string {
  const start = text.indexOf(first);
  assert(start >= 0);
  return text.slice(start, last ? text.indexOf(last, start) : undefined);
}

Deno.test("both images have the same payload and the same way to start", () => {
  const payload = (text: string) =>
    between(text, "FROM $PAYLOAD_BASE", "\nFROM $BASE");
  assertEquals(payload(alpine), payload(rhel7));
  const end = (text: string) => between(text, "COPY --from=payload");
  assertEquals(end(alpine), end(rhel7));
});

Deno.test("without a subscription, the image for RHEL says what it lacks", async () => {
  const script = new URL("../../deploy/image/build.sh", import.meta.url);
  const { code, stderr } = await new Deno.Command(fileURLToPath(script), {
    args: ["rhel7"],
    env: { SUBSCRIPTION_KEY: "/nowhere.pem" },
  }).output();
  assertEquals(code, 2);
  assertStringIncludes(
    new TextDecoder().decode(stderr),
    'SUBSCRIPTION_KEY must name the PEM file of a subscription, is "/nowhere.pem"',
  );
});
