import { assertGreater } from "@std/assert";
import { openPackage } from "../../lib/context/package.ts";
import { run, spoolOf } from "./_support.ts";
import { handArchive } from "./tar/_archive.ts";
import { handZip } from "./zip/_zip.ts";

const ENTRIES = Array.from(
  { length: 20_000 },
  (_, i) => ({ name: `file${i}` }),
);

const ARCHIVES = {
  "a tar archive": () => handArchive(...ENTRIES),
  "a zip archive": () => handZip(ENTRIES),
  "an xz archive": () => run(["xz"], { input: handArchive(...ENTRIES) }),
};

for (const [what, make] of Object.entries(ARCHIVES)) {
  Deno.test(`timers run while ${what} in memory is looked through`, async () => {
    await using source = await openPackage(await spoolOf(await make()));
    let ticks = 0;
    const timer = setInterval(() => ticks++, 1);
    await source.survey(["Dockerfile"], { maxFileBytes: 100 });
    clearInterval(timer);
    assertGreater(ticks, 0);
  });
}
