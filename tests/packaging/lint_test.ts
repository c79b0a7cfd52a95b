import { assertEquals, assertStringIncludes } from "@std/assert";
import { fileURLToPath } from "node:url";
import { TemporaryDirectory } from "../support/temporary_directory.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** What `deploy/lint.sh` looks at, and the launcher is made of. */
const PROJECT = [".ci", "deploy", "lib", "deno.json", "deno.lock"];

async function lint(
  directory: string,
): Promise<{ code: number; output: string }> {
  const { code, stdout, stderr } = await new Deno.Command(
    `${directory}/deploy/lint.sh`,
    { env: { DENO: Deno.execPath() } },
  ).output();
  const decoder = new TextDecoder();
  return { code, output: decoder.decode(stdout) + decoder.decode(stderr) };
}

Deno.test("scripts and the unit are without a fault", async () => {
  assertEquals(await lint(ROOT), { code: 0, output: "" });
});

Deno.test("a fault in any script or in the unit is found", async () => {
  const faults: Readonly<Record<string, [fault: string, words: string]>> = {
    ".ci/run": ["\ncat $1\n", "SC2086"],
    "deploy/image/entrypoint.sh": ["\ncat $1\n", "SC2086"],
    "deploy/systemd/quay-builder.service": ["\nWanted=x\n", "Unknown key"],
  };
  for (const [path, [fault, words]] of Object.entries(faults)) {
    await using project = await TemporaryDirectory.create();
    const { success } = await new Deno.Command("cp", {
      args: ["-R", ...PROJECT, project.path],
      cwd: ROOT,
    }).output();
    assertEquals(success, true);
    await Deno.writeTextFile(`${project.path}/${path}`, fault, {
      append: true,
    });
    const { code, output } = await lint(project.path);
    assertEquals(code === 0, false, path);
    assertStringIncludes(output, words);
  }
});
