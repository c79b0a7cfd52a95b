import { assertEquals } from "@std/assert";
import xterm from "@xterm/headless";
import { LiveRegion } from "../../lib/terminal/live_region.ts";

/** A terminal emulator that a region is drawn on. */
function openTerminal(cols: number, rows: number) {
  const terminal = new xterm.Terminal({ cols, rows, allowProposedApi: true });
  const write = (text: string) =>
    new Promise<void>((resolve) =>
      terminal.write(text.replaceAll("\n", "\r\n"), resolve)
    );
  const lines = () => {
    const { active } = terminal.buffer;
    const all = Array.from(
      { length: active.length },
      (_, row) => active.getLine(row)?.translateToString(true) ?? "",
    );
    return all.slice(0, all.findLastIndex((line) => line !== "") + 1);
  };
  return { terminal, write, lines };
}

Deno.test("a region is drawn over itself, and what is above scrolls away", async () => {
  const { terminal, write, lines } = openTerminal(20, 5);
  const region = new LiveRegion();
  await write("before\n");
  await write(region.draw(["one", "two", "three"], { columns: 20 }));
  await write(region.draw(["ONE", "2"], { columns: 20 }));
  assertEquals(lines(), ["before", "ONE", "2"]);
  const above = Array.from({ length: 10 }, (_, index) => `above ${index}`);
  await write(region.draw(["last"], { columns: 20, above }));
  assertEquals(lines(), ["before", ...above, "last"]);
  await write(region.draw([], { columns: 20 }));
  assertEquals(lines(), ["before", ...above]);
  terminal.dispose();
});

Deno.test("lines that are too long are cut, not wrapped", async () => {
  const { terminal, write, lines } = openTerminal(10, 5);
  const region = new LiveRegion();
  for (const line of ["0123456789abc", "日本語日本語", "short"]) {
    await write(region.draw([line, "below"], { columns: 10 }));
  }
  assertEquals(lines(), ["short", "below"]);
  terminal.dispose();
});

Deno.test("a terminal that was made narrower has wrapped the region", async () => {
  const { terminal, write, lines } = openTerminal(20, 8);
  const region = new LiveRegion();
  await write("before\n");
  await write(region.draw(["0123456789abcdef", "two"], { columns: 20 }));
  terminal.resize(10, 8);
  await write(region.draw(["one", "two"], { columns: 10 }));
  assertEquals(lines(), ["before", "one", "two"]);
  terminal.dispose();
});

Deno.test("the last column stays, whatever a terminal takes for its cursor", async () => {
  const { terminal, write, lines } = openTerminal(10, 5);
  const region = new LiveRegion();
  const full = "0123456789";
  const drawn = region.draw([full], { columns: 10 });
  // An xterm erases the last character of a full line that is erased after it.
  assertEquals(drawn.includes(`${full}\x1b[K`), false);
  await write(drawn);
  await write(region.draw(["short"], { columns: 10 }));
  assertEquals(lines(), ["short"]);
  terminal.dispose();
});

Deno.test("nothing of a region shows behind a longer line that takes its place", async () => {
  const { terminal, write, lines } = openTerminal(10, 5);
  const region = new LiveRegion();
  await write(region.draw(["##########", "##########"], { columns: 10 }));
  const above = ["0123456789abc"];
  await write(region.draw([], { columns: 10, above }));
  assertEquals(lines(), ["0123456789", "abc"]);
  terminal.dispose();
});
