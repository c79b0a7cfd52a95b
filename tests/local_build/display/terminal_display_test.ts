import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { stripVTControlCharacters } from "node:util";
import { TerminalDisplay } from "../../../lib/local_build/display/terminal_display.ts";
import type { BuildEvent } from "../../../lib/local_build/event.ts";
import { eventually } from "../../support/eventually.ts";
import { layer, shownBy } from "./_course.ts";

const SIZE = { columns: 100, rows: 30 };

Deno.test("a bar is drawn while a phase runs, and replaced by the whole log", async () => {
  let text = "";
  const decoder = new TextDecoder();
  const output = new WritableStream<Uint8Array>({
    write: (bytes) => void (text += decoder.decode(bytes)),
  });
  {
    await using display = new TerminalDisplay({ output, size: () => SIZE });
    await display.show({ kind: "phase", phase: "pushing" });
    await display.show(
      layer("pushing", "one", "Pushing", { current: 1_000, total: 4_000 }),
    );
    await eventually(
      () => text.includes("█░░") ? true : undefined,
      { what: "a bar" },
    );
    assertStringIncludes(
      stripVTControlCharacters(text),
      `${"█".repeat(6)}${"░".repeat(18)}  0/1 layers, 1 kB of 4 kB`,
    );
    text = "";
    await display.show({ kind: "remark", text: "a word" });
    await display.show({
      kind: "end",
      end: { kind: "failure", failure: "push_issue", message: "no\x1b[2Jroom" },
    });
  }
  const last = stripVTControlCharacters(text);
  assertEquals(/[█░]/.test(last), false);
  for (const words of ["✗  pushing", "a word", "(push_issue)", "noroom"]) {
    assertStringIncludes(last, words);
  }
  assert(text.endsWith("\x1b[?25h"), text);
});

Deno.test("a display that nothing was shown on leaves the terminal alone", async () => {
  const events: BuildEvent[] = [];
  const shown = await shownBy(
    (output) => new TerminalDisplay({ output, size: () => SIZE }),
    events,
  );
  assertEquals(shown, "");
});

Deno.test("whoever shows more is told that nobody reads any more", async () => {
  const output = new WritableStream<Uint8Array>({
    write: () => Promise.reject(new Error("hung up")),
  });
  await using display = new TerminalDisplay({ output, size: () => SIZE });
  await display.show({ kind: "phase", phase: "pulling" });
  await eventually(
    () =>
      display.show({ kind: "packed", bytes: 1 }).then(() => undefined, String),
    { what: "the end of the reader" },
  );
});
