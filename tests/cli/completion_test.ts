import { assert, assertEquals } from "@std/assert";
import { allOptions } from "../../lib/cli/options.ts";
import { COMMANDS } from "../../lib/cli/commands.ts";
import { runProgram } from "../support/program.ts";
import { TemporaryDirectory } from "../support/temporary_directory.ts";
import { InteractiveShell, runShell } from "./_interactive_shell.ts";

/** What the program prints for a shell, as a file in `directory`. */
async function completionFile(
  shell: string,
  directory: TemporaryDirectory,
): Promise<string> {
  const { code, stdout } = await runProgram(["completion", shell], {
    permissions: [],
  });
  assertEquals(code, 0);
  const path = `${directory.path}/completion.${shell}`;
  await Deno.writeTextFile(path, stdout);
  return path;
}

/** What may follow a line, for a shell that completes it. */
type Complete = (line: string) => Promise<string[]>;

async function assertCompletes(complete: Complete): Promise<void> {
  assertEquals(await complete("quay-builder doct"), ["doctor"]);
  assertEquals(await complete("quay-builder --docker-h"), ["--docker-host"]);
  assertEquals(await complete("quay-builder doctor --js"), ["--json"]);
  assertEquals(await complete("quay-builder completion z"), ["zsh"]);
  assertEquals(await complete("quay-builder help comp"), ["completion"]);
  assertEquals(await complete("quay-builder --no-git-a"), [
    "--no-git-allow-file",
  ]);
  assertEquals(await complete("quay-builder --log-level d"), ["debug"]);
  // No secret is offered, for it would be refused.
  assertEquals(await complete("quay-builder --tok"), []);
  for (const command of COMMANDS) {
    const offered = await complete(`quay-builder ${command.name} --`);
    for (const { name } of allOptions(command)) {
      assert(offered.includes(`--${name}`), `${command.name} --${name}`);
    }
  }
}

Deno.test("bash completes commands, options and choices", async () => {
  await using directory = await TemporaryDirectory.create();
  const path = await completionFile("bash", directory);
  const complete: Complete = async (line) => {
    // Bash takes words apart at an equals sign, too.
    const words = line.replaceAll(/ +/g, " ").split(/ |(?==)|(?<==)/);
    const quoted = words.map((word) => `'${word}'`).join(" ");
    const output = await runShell(
      "bash",
      `source ${path}; COMP_WORDS=(${quoted}); COMP_CWORD=${
        words.length - 1
      }; _quay_builder; printf '%s\\n' "\${COMPREPLY[@]}"`,
    );
    return output.split("\n").filter((word) => word !== "");
  };
  await assertCompletes(complete);
  assertEquals(await complete("quay-builder --log-format="), ["text", "json"]);
  assertEquals(await complete("quay-builder --log-format=j"), ["json"]);
});

Deno.test("fish completes commands, options and choices", async () => {
  await using directory = await TemporaryDirectory.create();
  const path = await completionFile("fish", directory);
  const complete: Complete = async (line) => {
    const output = await runShell(
      "fish",
      `source ${path}; complete --do-complete '${line.replaceAll("  ", " ")}'`,
    );
    const words = output.split("\n").map((row) => row.split("\t")[0] ?? "");
    // Fish offers an option that takes a value with its equals sign, too.
    return words.filter((word) => word !== "" && !word.endsWith("="));
  };
  await assertCompletes(complete);
  assertEquals(await complete("quay-builder --log-format=j"), [
    "--log-format=json",
  ]);
});

Deno.test("zsh completes what is typed at it", async () => {
  await using directory = await TemporaryDirectory.create();
  const path = await completionFile("zsh", directory);
  await using shell = new InteractiveShell("zsh -f -i");
  const KILL_LINE = "\x15";
  await shell.type(
    `autoload -U compinit; compinit -u -D; source ${path}; echo re''ady\r`,
    "ready",
  );
  const cases = [
    ["doct", "doctor"],
    ["--docker-h", "--docker-host"],
    ["--log-level=de", "--log-level=debug"],
    ["doctor --js", "doctor --json"],
    ["completion fi", "completion fish"],
    ["--no-git-a", "--no-git-allow-file"],
  ] as const;
  for (const [typed, expected] of cases) {
    await shell.type(`quay-builder ${typed}\t`, `quay-builder ${expected}`);
    await shell.type(`${KILL_LINE}echo do''ne\r`, "done");
  }
  // However many there are, they are listed without a question.
  await shell.type("LISTMAX=10000; echo se''t\r", "set");
  for (const command of COMMANDS) {
    // By their names, so that this one comes last.
    await shell.type(`quay-builder ${command.name} --\t`, "--version ");
    const listed = shell.screen.split(/\s+/);
    for (const { name } of allOptions(command)) {
      assert(listed.includes(`--${name}`), `${command.name} --${name}`);
    }
    await shell.type(`${KILL_LINE}echo do''ne\r`, "done");
  }
});
