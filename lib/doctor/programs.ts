import { isGranted } from "../config/is_granted.ts";
import {
  type Check,
  type Finding,
  notPermitted,
  ok,
  warning,
  wrong,
} from "./check.ts";

/** Whether the programs that builds from git need are there, and run. */
export const PROGRAMS: Check = {
  name: "git",
  async *look(_, signal) {
    if (!await isGranted({ name: "run", command: "git" })) {
      yield notPermitted("git", "--allow-run=git");
      return;
    }
    const version = await run(["--version"], signal);
    if (version === undefined) {
      yield warning(
        "there is no git",
        "Builds from git repositories fail without it: install git, git-lfs and openssh-client",
      );
      return;
    }
    yield judgeGit(version);
    yield* await Promise.all(
      COMPANIONS.map((companion) => lookForCompanion(companion, signal)),
    );
  },
};

/** The oldest git that this program is tried with: that of RHEL 7's collections. */
const OLDEST_GIT = [2, 27] as const;

function judgeGit({ isRunning, output }: ProgramOutput): Finding {
  if (!isRunning) {
    return wrong(`git does not run: ${output}`, "Install it anew");
  }
  const [, major = "0", minor = "0"] = /(\d+)\.(\d+)/.exec(output) ?? [];
  const [oldestMajor, oldestMinor] = OLDEST_GIT;
  const isOld = Number(major) < oldestMajor ||
    Number(major) === oldestMajor && Number(minor) < oldestMinor;
  return isOld
    ? warning(
      `${output} is old`,
      `Builds from git are tried with ${OLDEST_GIT.join(".")} and newer`,
    )
    : ok(output);
}

/** What git itself starts for some repositories. */
interface Companion {
  readonly name: string;
  /** What git is called with to start it: by itself, or by an alias. */
  readonly args: readonly string[];
  readonly advice: string;
}

const COMPANIONS: readonly Companion[] = [
  {
    name: "ssh",
    args: ["-c", "alias.look=!ssh -V", "look"],
    advice:
      "Builds from ssh: repositories fail without it: install openssh-client",
  },
  {
    name: "setsid",
    // That of busybox knows no `--version`.
    args: ["-c", "alias.look=!setsid true", "look"],
    advice: "Builds from ssh: repositories fail without it: install util-linux",
  },
  {
    name: "git-lfs",
    args: ["lfs", "version"],
    advice:
      "Builds of repositories with large files fail without it: install git-lfs",
  },
];

async function lookForCompanion(
  { name, args, advice }: Companion,
  signal: AbortSignal,
): Promise<Finding> {
  const found = await run(args, signal);
  return found?.isRunning
    ? ok(found.output || `${name} runs`)
    : warning(`git finds no ${name}`, advice);
}

interface ProgramOutput {
  readonly isRunning: boolean;
  /** Its first line. */
  readonly output: string;
}

/** Runs git; `undefined` where there is none. */
async function run(
  args: readonly string[],
  signal: AbortSignal,
): Promise<ProgramOutput | undefined> {
  try {
    const { success, stdout, stderr } = await new Deno.Command("git", {
      args: [...args],
      stdin: "null",
      signal,
    }).output();
    const decoder = new TextDecoder();
    const said = `${decoder.decode(stdout)}\n${decoder.decode(stderr)}`.trim();
    return { isRunning: success, output: said.split("\n")[0] ?? "" };
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}
