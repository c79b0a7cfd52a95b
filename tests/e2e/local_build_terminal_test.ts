import { assert, assertEquals, assertMatch } from "@std/assert";
import { removeImage } from "../../lib/engine/remove_image.ts";
import { eventually } from "../support/eventually.ts";
import type { PseudoTerminal } from "../support/pseudo_terminal.ts";
import { TemporaryDirectory } from "../support/temporary_directory.ts";
import { StallingRelay } from "../support/stalling_relay.ts";
import { SOCKET } from "../support/worker_process.ts";
import { openLocalBuild } from "./_local_build.ts";
import { Stage } from "./_stage.ts";

/** What the builds of these tests are: a few lines of a Dockerfile each. */
async function project(
  directory: string,
  stage: Stage,
  steps: readonly string[],
): Promise<string[]> {
  const path = `${directory}/${crypto.randomUUID()}`;
  await Deno.mkdir(path);
  const lines = [`FROM ${stage.base}`, ...steps];
  await Deno.writeTextFile(`${path}/Dockerfile`, `${lines.join("\n")}\n`);
  return [path, "-t", `${stage.open.host}/local/terminal`];
}

function count(lines: readonly string[], pattern: RegExp): number {
  return lines.filter((line) => pattern.test(line)).length;
}

/** Waits until nothing is on the engine but what was there before. */
async function untilTraces(
  stage: Stage,
  before: readonly string[],
): Promise<void> {
  await eventually(
    async () => `${await stage.traces()}` === `${before}` ? true : undefined,
    { what: "a clean engine" },
  );
}

function shows(pattern: RegExp): (terminal: PseudoTerminal) => boolean {
  return ({ screen }) => screen.some((line) => pattern.test(line));
}

Deno.test("on a terminal, build shows its phases live, and the log below", async (t) => {
  await using stage = await Stage.set();
  await using directory = await TemporaryDirectory.create();
  const before = await stage.traces();

  await t.step("bars while it runs, everything in the end", async () => {
    const args = await project(directory.path, stage, [
      "RUN seq 1 50 && sleep 3",
      "RUN true",
    ]);
    await using terminal = openLocalBuild({ args });
    await terminal.until(shows(/^50$/));
    const { screen } = terminal;
    assertEquals(terminal.hasCursor, false);
    assertMatch(screen[0] ?? "", /^✓ {2}unpacking .* s {2}[\d.]+ kB$/);
    assertMatch(screen[1] ?? "", /^✓ {2}pulling .* s {2}1\/1 layers, .*B of /);
    const building = screen.findIndex((line) =>
      /^▸ {2}building .* s {2}█+░+ {2}step 2 of 3$/.test(line)
    );
    assert(building > 0, screen.join("\n"));
    // The end of the log is below, as much as there is room for.
    assert(screen.indexOf("50") > building, screen.join("\n"));
    assertEquals(screen.includes("1"), false);

    assertEquals(await terminal.exited(), 0);
    const { history } = terminal;
    const numbers = history.filter((line) => /^\d+$/.test(line)).map(Number);
    assertEquals(numbers, Array.from({ length: 50 }, (_, index) => index + 1));
    for (const phase of ["unpacking", "pulling", "building", "pushing"]) {
      assertEquals(count(history, new RegExp(`^✓ {2}${phase} `)), 1, phase);
    }
    assertEquals(count(history, /^Built and pushed in /), 1);
    assertEquals(count(history, /^ {2}digest {2}.*@sha256:/), 1);
    assertEquals(terminal.hasCursor, true);
  });

  await t.step("a terminal that is made narrower meanwhile", async () => {
    const args = await project(directory.path, stage, [
      "RUN seq 1 50 && sleep 4",
      "RUN true",
    ]);
    await using terminal = openLocalBuild({ args });
    await terminal.until(shows(/^50$/));
    await terminal.resize(42, 30);
    await terminal.until(({ screen }) =>
      screen.some((line) => /^▸ {2}building .*…$/.test(line))
    );
    assertEquals(count(terminal.screen, /unpacking/), 1);
    assertEquals(count(terminal.screen, /^▸ {2}building/), 1);
    assertEquals(await terminal.exited(), 0);
    assertEquals(count(terminal.history, /^✓ {2}unpacking/), 1);
    assertEquals(terminal.hasCursor, true);
  });

  await t.step("a terminal that is small from the beginning", async () => {
    const args = await project(directory.path, stage, [
      "RUN seq -s - 1 60; seq 1 60; sleep 1",
    ]);
    await using terminal = openLocalBuild({ args, columns: 30, rows: 8 });
    await terminal.until(shows(/^▸ {2}building/));
    assertEquals(await terminal.exited(), 0);
    assertEquals(count(terminal.history, /^✓ {2}unpacking/), 1);
    assertEquals(count(terminal.history, /^60$/), 1);
  });

  await t.step("output that would take the terminal over", async () => {
    const attack = "\\033[2J\\033[H\\033[?1049h\\033]0;title\\007\\033[?25l" +
      "\\033[31mred\\033[8mhidden\\033(0\\033[10;10Hend";
    const args = await project(directory.path, stage, [
      `RUN printf '${attack}\\n'; printf '10%%\\r50%%\\r100%%\\n'; sleep 1`,
    ]);
    await using terminal = openLocalBuild({ args });
    assertEquals(await terminal.exited(), 0);
    const { history, written } = terminal;
    assertEquals(count(history, /^redhiddenend$/), 1);
    assertEquals(count(history, /^100%$/), 1);
    assertEquals(count(history, /^✓ {2}unpacking/), 1);
    assertEquals(terminal.hasCursor, true);
    // Colours, the way back to the top, and the cursor's visibility.
    // deno-lint-ignore no-control-regex
    const known = /\x1b\[(?:[\d;]*m|\d+F|[JK]|\?25[hl])|\r\n/g;
    // deno-lint-ignore no-control-regex
    const control = /[\x00-\x1f\x7f-\x9f]/;
    assertEquals(control.exec(written.replace(known, "")), null);
  });

  await t.step("no colours for those who wish for none", async () => {
    const args = await project(directory.path, stage, [
      "RUN printf '\\033[31mred\\n'",
    ]);
    await using terminal = openLocalBuild({ args, env: { NO_COLOR: "1" } });
    assertEquals(await terminal.exited(), 0);
    assertEquals(terminal.written.includes("red"), true);
    // deno-lint-ignore no-control-regex
    assertEquals(/\x1b\[[\d;]*m/.test(terminal.written), false);
  });

  await t.step("plain lines on a terminal that can do no more", async () => {
    const args = await project(directory.path, stage, ["RUN echo plain"]);
    await using terminal = openLocalBuild({ args, env: { TERM: "dumb" } });
    assertEquals(await terminal.exited(), 0);
    assertEquals(count(terminal.history, /^── building ──$/), 1);
    assertEquals(terminal.written.includes("\x1b"), false);
  });

  await t.step("a failure, with the phase that it is in", async () => {
    const args = await project(directory.path, stage, ["RUN echo no; exit 7"]);
    await using terminal = openLocalBuild({ args });
    assertEquals(await terminal.exited(), 4);
    assertEquals(count(terminal.history, /^✗ {2}building /), 1);
    assertEquals(count(terminal.history, /^The build failed in phase /), 1);
    assertEquals(terminal.hasCursor, true);
  });

  assertEquals(await stage.traces(), before);
});

Deno.test("Ctrl-C cancels a build, and a second one ends it at once", async (t) => {
  await using stage = await Stage.set();
  await using directory = await TemporaryDirectory.create();
  const before = await stage.traces();
  const args = await project(directory.path, stage, [
    "RUN echo running; sleep 600",
  ]);

  await t.step("the first cleans up", async () => {
    await using terminal = openLocalBuild({ args });
    await terminal.until(shows(/^running$/));
    await terminal.type("\x03");
    assertEquals(await terminal.exited(), 3);
    assertEquals(count(terminal.history, /^✗ {2}building /), 1);
    assertEquals(count(terminal.history, /^Cancelling the build, and /), 1);
    assertEquals(count(terminal.history, /^The build was cancelled after /), 1);
    assertEquals(terminal.hasCursor, true);
    assertEquals(await stage.traces(), before);
  });

  await t.step("a terminal that is closed leaves nothing behind", async () => {
    const terminal = openLocalBuild({ args });
    await terminal.until(shows(/^running$/));
    await terminal[Symbol.asyncDispose]();
    await untilTraces(stage, before);
  });

  await t.step("the second does not wait for that", async () => {
    // An engine that goes silent keeps everybody waiting who cleans up.
    await using engine = new StallingRelay(SOCKET);
    await using terminal = openLocalBuild({
      args,
      env: { DOCKER_HOST: `tcp://127.0.0.1:${engine.port}` },
    });
    await terminal.until(shows(/^running$/));
    engine.stall();
    await terminal.type("\x03");
    await terminal.until(shows(/^Cancelling the build, and /));
    await terminal.type("\x03");
    assertEquals(await terminal.exited(), 3);
    assertEquals(
      count(terminal.history, /^Ending at once: images .* may stay/),
      1,
    );
    assertEquals(count(terminal.history, /^The build was cancelled after /), 1);
    assertEquals(terminal.hasCursor, true);
  });

  // What the end at once has left is the base image, and a build that ends.
  await eventually(
    () =>
      removeImage(stage.engine, stage.base).then(() => true, () => undefined),
    { what: "the base image to be free" },
  );
  await untilTraces(stage, before);
});

Deno.test("Ctrl-C ends a build that waits for what it was told to read", async (t) => {
  await using directory = await TemporaryDirectory.create();
  const args = [directory.path, "-t", "127.0.0.1:9/local/image"];

  await t.step("the password, which is asked for", async () => {
    await using terminal = openLocalBuild({
      args: [...args, "--username=me", "--password-stdin"],
    });
    await terminal.until(shows(/^Reading the password from the terminal/));
    await terminal.type("\x03");
    assertEquals(await terminal.exited(), 3);
    assertEquals(count(terminal.history, /Cancelled: nothing was begun$/), 1);
    assertEquals(count(terminal.history, /^The build was cancelled/), 1);
  });

  await t.step("the key, from a pipe", async () => {
    const path = `${directory.path}/key`;
    await new Deno.Command("mkfifo", { args: [path] }).output();
    await using terminal = openLocalBuild({
      args: [...args, `--ssh-key=${path}`],
    });
    // Opens as soon as there is a reader.
    using _pipe = await Deno.open(path, { write: true });
    await terminal.type("\x03");
    assertEquals(await terminal.exited(), 3);
    assertEquals(count(terminal.history, /Cancelled: nothing was begun$/), 1);
  });
});
