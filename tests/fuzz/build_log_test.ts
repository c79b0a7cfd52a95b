import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { BuildLog } from "../../lib/build/log/build_log.ts";
import type { BuildMessage } from "../../lib/build/log/message.ts";
import { Redactor } from "../../lib/secret/redactor.ts";
import { DistantManager } from "../build/log/distant_manager.ts";
import { fuzz } from "./_fuzz.ts";

const NO_SECRETS = new Redactor([]);

const stream = fc.oneof(
  fc.constantFrom("Step 1/2 : RUN x\n", "\nStep 2/2 : RUN y", "\r\n", "\n"),
  fc.constantFrom("\x1b[1;3", "2mgreen\x1b[0m", "😀", "\ud83d", "http"),
  fc.string({ unit: "binary" }),
  fc.nat(2_000).map((length) => "line\n".repeat(length)),
);
const message: fc.Arbitrary<BuildMessage> = fc.oneof(
  { arbitrary: fc.record({ stream }), weight: 4 },
  {
    arbitrary: fc.record({ status: fc.string({ minLength: 1 }) }),
    weight: 1,
  },
  {
    arbitrary: fc.record({
      status: fc.constantFrom("Downloading", "Pull complete", "Waiting"),
      id: fc.constantFrom("a", "b", "__proto__"),
      progressDetail: fc.record({
        current: fc.oneof(fc.nat(), fc.double()),
        total: fc.oneof(fc.nat(), fc.double()),
      }, { requiredKeys: [] }),
    }),
    weight: 2,
  },
);

/** What both a message and an entry hold. */
type Shown = Pick<BuildMessage, "id" | "stream" | "status">;

/** Texts and statuses of the whole, joined where they follow each other. */
function orderOf(entries: readonly Shown[]): string {
  return entries.filter(({ id }) => id === undefined)
    .map(({ stream, status }) => stream ?? `\0status ${status}\0`)
    .join("");
}

Deno.test("All that is logged comes out, in order", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(message, { maxLength: 40 }),
      fc.nat(2),
      async (messages, latency) => {
        const manager = new DistantManager(latency);
        await using log = new BuildLog({
          send: manager.send,
          redactor: NO_SECRETS,
        });
        for (const message of messages) await log.write(message);
        await log.flush();
        assertEquals(
          orderOf(manager.entries),
          orderOf(messages).toWellFormed(),
        );
        assert(manager.mostInFlight <= 1);
        for (const id of ["a", "b", "__proto__"]) {
          const last = (entries: readonly Shown[]) =>
            entries.findLast((entry) => entry.id === id)?.status;
          assertEquals(last(manager.entries), last(messages));
        }
      },
    ),
    fuzz(400),
  );
});

Deno.test("A log past its limit has its beginning, its end, and a mark between", async () => {
  const lines = fc.array(fc.oneof(fc.nat(300), fc.constant(0)), {
    maxLength: 200,
  }).map((lengths) =>
    lengths.map((length, i) => `${i}:${"x".repeat(length)}\n`)
  );
  await fc.assert(
    fc.asyncProperty(
      lines,
      fc.integer({ min: 100, max: 20_000 }),
      async (lines, limit) => {
        const manager = new DistantManager();
        await using log = new BuildLog({
          send: manager.send,
          redactor: NO_SECRETS,
          limit,
        });
        for (const stream of lines) await log.write({ stream });
        await log.flush();
        const whole = lines.join("");
        const { text } = manager;
        if (whole.length <= limit) return assertEquals(text, whole);
        const [, head, tail] =
          /^(.*?)\n?\[[\d,]+ lines .* bytes\]\n(.*)$/s.exec(text) ?? [];
        assert(head !== undefined && tail !== undefined, text);
        assert(whole.startsWith(head) && whole.endsWith(tail), text);
        assert(text.length <= limit + 200, `${text.length} of ${limit}`);
      },
    ),
    fuzz(400),
  );
});
