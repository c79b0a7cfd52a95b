import {
  assert,
  assertEquals,
  assertMatch,
  assertStringIncludes,
} from "@std/assert";
import { toText } from "@std/streams";
import { fileURLToPath } from "node:url";
import { COMMANDS } from "../../lib/cli/commands.ts";
import { SETTINGS } from "../../lib/config/settings.ts";
import { COMMIT, VERSION } from "../../lib/version.ts";
import { runProgram } from "../support/program.ts";

const MAIN = fileURLToPath(new URL("../../main.ts", import.meta.url));

/** The commands that are called by a name. */
const NAMED = COMMANDS.filter(({ name }) => name !== "");

/** Nothing that would be of use to print a help text. */
const NO_PERMISSIONS = { permissions: [] };

Deno.test("--help names every command and every setting, without a permission", async () => {
  for (const args of [["--help"], ["-h"], ["help"]]) {
    const { code, stdout, stderr } = await runProgram(args, NO_PERMISSIONS);
    assertEquals([code, stderr], [0, ""]);
    for (const { name, summary } of NAMED) {
      assertMatch(
        stdout,
        new RegExp(`^  ${name} +${summary.slice(0, 30)}`, "m"),
      );
    }
    for (const name of Object.keys(SETTINGS)) {
      assertMatch(stdout, new RegExp(`\\[${name}\\]|^  ${name}, in the`, "m"));
    }
  }
});

Deno.test("every command has a help text of its own", async () => {
  for (const { name, summary } of NAMED) {
    const asked = await runProgram([name, "--help"], NO_PERMISSIONS);
    assertEquals(asked.code, 0, asked.stderr);
    assertStringIncludes(asked.stdout, summary);
    assertStringIncludes(asked.stdout, `Usage: quay-builder ${name}`);
    for (const args of [["help", name], ["--help", name]]) {
      assertEquals(await runProgram(args, NO_PERMISSIONS), asked);
    }
  }
});

Deno.test("the help text fits the terminal, and 80 columns without one", async () => {
  const lines = (text: string) => text.split(/\r?\n/);
  const longest = (text: string) =>
    Math.max(
      ...lines(text).filter((line) => line.includes(" ", 7)).map((l) =>
        l.length
      ),
    );
  const narrow = await runProgram(["help"], {
    ...NO_PERMISSIONS,
    terminal: 60,
  });
  const wide = await runProgram(["help"], { ...NO_PERMISSIONS, terminal: 110 });
  const none = await runProgram(["help"], NO_PERMISSIONS);
  assert(longest(narrow.stdout) <= 60, narrow.stdout);
  assert(longest(none.stdout) <= 80 && longest(none.stdout) > 60, none.stdout);
  assert(longest(wide.stdout) <= 110 && longest(wide.stdout) > 80, wide.stdout);
});

Deno.test("--version tells the program's, the commit's and Deno's", async () => {
  const cases = [["--version"], ["-V"], ["doctor", "--version"], ["version"]];
  for (const args of cases) {
    const { code, stdout } = await runProgram(args, NO_PERMISSIONS);
    assertEquals(code, 0);
    assertEquals(
      stdout,
      `quay-builder ${VERSION} (commit ${COMMIT}, Deno ${Deno.version.deno})\n`,
    );
  }
});

Deno.test("what is not known exits with 2, and says what was meant", async () => {
  const cases = [
    [["--endpiont=ws://quay"], 'did you mean "--endpoint"?'],
    [["docter"], 'did you mean "doctor"?'],
    [["doctor", "--jsn"], 'did you mean "--json"?'],
    [["help", "doktor"], 'did you mean "doctor"?'],
    [["completion", "fissh"], 'did you mean "fish"?'],
    [["--log-level"], "it needs a value"],
    [["--log-level=a", "--log-level=b"], "it takes one value"],
    [["--git-allow-file=perhaps"], "--no-git-allow-file"],
    [["--log-level=debug", "doctor"], "a command comes before its options"],
    [["doctor", "--registry=https://quay/"], "without https://"],
    [["doctor", "--registry=localhost:"], "such as quay.example.com:443"],
    [["doctor", "--registry=*"], "such as quay.example.com:443"],
  ] as const;
  for (const [args, words] of cases) {
    const { code, stdout, stderr } = await runProgram(args, NO_PERMISSIONS);
    assertEquals([code, stdout], [2, ""], stderr);
    assertStringIncludes(stderr, words);
    assertMatch(stderr, /Run "quay-builder .*--help"/);
  }
});

Deno.test("a permission that is missing names the flag that asks for it", async () => {
  const { code, stderr } = await runProgram(
    ["--server=ws://127.0.0.1:9", "--docker-host=unix:///none"],
    {
      permissions: ["--allow-env"],
      // The flag wins, so that this is not what is meant.
      env: { ENDPOINT: "ws://127.0.0.1:7" },
    },
  );
  assertEquals(code, 2);
  assertMatch(stderr, /^ {2}--server: Deno may not connect to "127.0.0.1:9"/m);
  assertMatch(stderr, /^ {2}--docker-host: Deno may not read "\/none"/m);
});

Deno.test("a secret is no flag, and is not repeated", async () => {
  const { code, stderr } = await runProgram(
    ["--token=t0ken-of-a-build"],
    NO_PERMISSIONS,
  );
  assertEquals(code, 2);
  assertStringIncludes(stderr, "set TOKEN in the environment");
  assertEquals(stderr.includes("t0ken"), false);
});

Deno.test("a reader that leaves early is no trouble, and the exit code still tells", async () => {
  const cases = { "--help": 0, "doctor": 1 };
  for (const [command, expected] of Object.entries(cases)) {
    const process = new Deno.Command(Deno.execPath(), {
      args: ["run", "--quiet", "--no-prompt", "--frozen", "-A", MAIN, command],
      env: { ENDPOINT: "", SERVER: "", DOCKER_HOST: "unix:///none" },
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    await process.stdout.cancel();
    const said = await toText(process.stderr);
    assertEquals([(await process.status).code, said], [expected, ""]);
  }
});
