import {
  assert,
  assertEquals,
  assertInstanceOf,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import { delay } from "@std/async/delay";
import { BuildFailure } from "../../../lib/build/failure.ts";
import { TimeLimitError, Watchdog } from "../../../lib/time/watchdog.ts";
import {
  Git,
  GitCommandError,
  type GitOptions,
} from "../../../lib/source/git/command.ts";
import { findProcesses } from "../../support/processes.ts";
import { TemporaryDirectory } from "../../support/temporary_directory.ts";

const LONG = 60_000;
const PATH = Deno.env.get("PATH") ?? "";

/** Git in a directory, with an alias `script` that runs its argument. */
function gitIn(
  directory: string,
  watchdog: Watchdog,
  options: Partial<GitOptions> = {},
): Git {
  return new Git({
    directory,
    environment: { PATH, HOME: directory, GIT_CONFIG_NOSYSTEM: "1" },
    config: { "alias.script": '!run() { eval "$1"; }; run' },
    watchdog,
    ...options,
  });
}

/** A watchdog that lets everything run. */
function patience(signal?: AbortSignal): Watchdog {
  return new Watchdog({ idleTimeout: LONG, totalTimeout: LONG, signal });
}

/** Waits until a script has said that it runs. */
function startSignal() {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { started: promise, onMessage: () => resolve() };
}

Deno.test("Git gives what a command prints, and its arguments unchanged", async () => {
  await using directory = await TemporaryDirectory.create();
  using watchdog = patience();
  const git = gitIn(directory.path, watchdog);
  const argument = 'a b\' "c" $HOME `id` \\ \n*é';
  assertEquals(
    await git.run("rev-parse", "--sq-quote", argument),
    ` '${argument.replace("'", "'\\''")}'\n`,
  );
});

Deno.test("Git gives a command nothing of the worker's environment", async () => {
  await using directory = await TemporaryDirectory.create();
  using watchdog = patience();
  const git = gitIn(directory.path, watchdog);
  const names = (await git.run("script", "env -0")).split("\0")
    .map((line) => line.split("=", 1)[0] ?? "")
    .filter((name) => !/^GIT_|^$/.test(name));
  // The last two are the shell's own.
  assertEquals(new Set([...names, "_"]), new Set(["PATH", "HOME", "PWD", "_"]));
});

Deno.test("Git tells a failed command by its exit status and output", async () => {
  await using directory = await TemporaryDirectory.create();
  using watchdog = patience();
  const git = gitIn(directory.path, watchdog);
  const error = await assertRejects(
    () => git.run("script", "echo why >&2; exit 3"),
    GitCommandError,
  );
  assertEquals(error.end, "git script ended with exit status 3");
  assertEquals(error.output, "why");
});

Deno.test("Git takes a killed command for a failed one", async () => {
  await using directory = await TemporaryDirectory.create();
  using watchdog = patience();
  const git = gitIn(directory.path, watchdog);
  const supervisor = "$(ps -o ppid= -p $PPID)";
  const killed = {
    "$$": "git script ended with exit status 137",
    "$PPID": "git script ended with exit status 137",
    [supervisor]: "git script was killed",
  };
  for (const [pid, end] of Object.entries(killed)) {
    const error = await assertRejects(
      () => git.run("script", `kill -KILL ${pid}`),
      GitCommandError,
    );
    assertEquals(error.end, end);
  }
});

Deno.test("Git ends a command and all that it started when the signal aborts", async () => {
  await using directory = await TemporaryDirectory.create();
  const controller = new AbortController();
  const { started, onMessage } = startSignal();
  using watchdog = patience(controller.signal);
  const git = gitIn(directory.path, watchdog, { onMessage });
  const stubborn = "trap '' TERM; sleep 600 & echo started >&2; wait";
  const running = assertRejects(() => git.run("script", stubborn));
  await started;
  assert((await findProcesses(directory.path)).length >= 3);

  const reason = new Error("cancelled");
  controller.abort(reason);
  assertEquals(await running, reason);
  assertEquals(await findProcesses(directory.path), []);
});

Deno.test("Git ends a command at whatever moment the signal aborts", async () => {
  await using directory = await TemporaryDirectory.create();
  for (let wait = 0; wait < 40; wait += 2) {
    const controller = new AbortController();
    using watchdog = patience(controller.signal);
    const git = gitIn(directory.path, watchdog);
    const timer = setTimeout(() => controller.abort("cancelled"), wait);
    await git.run("script", "sleep 600").catch((reason) =>
      assertEquals(reason, "cancelled")
    );
    clearTimeout(timer);
    assertEquals(await findProcesses(directory.path), []);
  }
});

Deno.test("Git needs permission to run git alone, and ends with a killed worker", async () => {
  await using directory = await TemporaryDirectory.create();
  await using worker = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--no-prompt",
      "--no-check",
      "--allow-run=git",
      // Node's layer of Deno looks for it whenever it starts a process.
      "--allow-env=NODE_V8_COVERAGE",
      import.meta.resolve("./_git_program.ts"),
      directory.path,
      PATH,
    ],
    stdout: "piped",
  }).spawn();
  const reader = worker.stdout.getReader();
  const { value } = await reader.read();
  assertEquals(new TextDecoder().decode(value), "started");
  assert((await findProcesses(directory.path)).length >= 3);
  worker.kill("SIGKILL");
  await reader.cancel();
  while ((await findProcesses(directory.path)).length > 0) await delay(20);
});

Deno.test("Git ends a command that is silent for too long", async () => {
  await using directory = await TemporaryDirectory.create();
  using watchdog = new Watchdog({ idleTimeout: 1000, totalTimeout: LONG });
  const git = gitIn(directory.path, watchdog);
  const talkative = "for n in 1 2 3 4 5; do sleep 0.4; echo $n >&2; done";
  await git.run("script", talkative);

  const error = await assertRejects(
    () => git.run("script", "echo started; sleep 600"),
    TimeLimitError,
  );
  assertEquals(error.limit, "idle");
  assertEquals(await findProcesses(directory.path), []);
});

Deno.test("Git ends commands that take too long together", async () => {
  await using directory = await TemporaryDirectory.create();
  using watchdog = new Watchdog({ idleTimeout: LONG, totalTimeout: 1000 });
  const git = gitIn(directory.path, watchdog);
  const error = await assertRejects(async () => {
    for (;;) await git.run("script", "sleep 0.3; echo alive >&2");
  }, TimeLimitError);
  assertEquals(error.limit, "total");
  assertEquals(await findProcesses(directory.path), []);
});

Deno.test("Git takes 64 Mi characters of a command, and ends one that prints more", async () => {
  await using directory = await TemporaryDirectory.create();
  using watchdog = patience();
  const git = gitIn(directory.path, watchdog);
  const longest = 64 * 1024 ** 2;
  const text = await git.run("script", `yes | head -c ${longest}`);
  assertEquals(text.length, longest);
  const error = await assertRejects(
    () => git.run("script", "yes"),
    GitCommandError,
    `git script printed more than the ${longest} characters allowed`,
  );
  assertEquals(error.output, "");
  assertEquals(await findProcesses(directory.path), []);
});

Deno.test("Git says what to do where there is no git", async () => {
  await using directory = await TemporaryDirectory.create();
  using watchdog = patience();
  const environment = { PATH: directory.path };
  const git = gitIn(directory.path, watchdog, { environment });
  const failure = await assertRejects(() => git.run("version"), BuildFailure);
  assertEquals(failure.kind, "git_failure");
  assertStringIncludes(failure.message, "install git on the worker");
});

Deno.test({
  name: "Git names the permission that the worker lacks",
  permissions: { run: false, read: true, write: true, env: true },
  async fn() {
    using watchdog = patience();
    const git = gitIn("/", watchdog);
    const failure = await assertRejects(() => git.run("version"), BuildFailure);
    assertInstanceOf(failure.cause, Deno.errors.NotCapable);
    assertStringIncludes(failure.message, "run access");
  },
});

Deno.test("Git starts nothing once the signal has aborted", async () => {
  const reason = new Error("cancelled");
  using watchdog = patience(AbortSignal.abort(reason));
  const git = gitIn("/nonexistent", watchdog);
  assertEquals(await assertRejects(() => git.run("version")), reason);
});
