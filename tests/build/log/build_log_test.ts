import {
  assert,
  assertEquals,
  assertGreater,
  assertInstanceOf,
  assertLess,
  assertRejects,
  assertStrictEquals,
  assertThrows,
} from "@std/assert";
import { delay } from "@std/async/delay";
import fc from "fast-check";
import { BuildFailure } from "../../../lib/build/failure.ts";
import { BuildLog } from "../../../lib/build/log/build_log.ts";
import { Redactor } from "../../../lib/secret/redactor.ts";
import { Secret } from "../../../lib/secret/secret.ts";
import { fakeTimers } from "../../support/fake_time.ts";
import { DistantManager } from "./distant_manager.ts";

const NO_SECRETS = new Redactor([]);

function logTo(
  { send }: DistantManager,
  options: { redactor?: Redactor; limit?: number } = {},
): BuildLog {
  return new BuildLog({ send, redactor: NO_SECRETS, ...options });
}

/** A build of so many lines, a step every `every` lines. */
function* buildOutput(lines: number, every: number): Generator<string> {
  for (let line = 0; line < lines; line++) {
    if (line % every === 0) {
      yield `Step ${line / every + 1}/${Math.ceil(lines / every)} : RUN make`;
      yield "\n";
    }
    yield ` line ${line} of the build's output\n`;
  }
}

for (const latency of [0, 10, 50]) {
  Deno.test(`a log over ${latency} ms is complete, in order, and shows every step`, async () => {
    const manager = new DistantManager(latency);
    await using log = logTo(manager);
    await log.beginPhase("building");
    const output = [...buildOutput(4_000, 500)];
    for (const stream of output) await log.write({ stream });
    await log.flush();
    assertEquals(manager.text, output.join(""));
    assertEquals(manager.steps, [1, 2, 3, 4, 5, 6, 7, 8]);
    for (const { stream = "" } of manager.entries) {
      assertLess(stream.match(/Step /g)?.length ?? 0, 2);
      assert(/^Step |^(?!.*Step )/s.test(stream), "a step is not the first");
    }
    assertEquals(manager.mostInFlight, 1);
    assertLess(manager.told.length, 40);
  });
}

Deno.test("the first line of a quiet build is sent at once", async () => {
  const manager = new DistantManager();
  await using log = logTo(manager);
  log.write({ stream: "a first line\n" });
  await delay(0);
  assertEquals(manager.entries, [{ stream: "a first line\n" }]);
});

Deno.test("lines that come slowly are not waited for", async () => {
  using clock = fakeTimers();
  const manager = new DistantManager();
  await using log = logTo(manager);
  for (const line of ["one\n", "two\n", "three\n"]) {
    log.write({ stream: line });
    await clock.tickAsync(120);
  }
  assertEquals(manager.entries.map(({ stream }) => stream), [
    "one\n",
    "two\n",
    "three\n",
  ]);
});

Deno.test("a line in pieces is sent as one", async () => {
  using clock = fakeTimers();
  const manager = new DistantManager();
  await using log = logTo(manager);
  log.write({ stream: "Step 1/2 : FROM busybox" });
  log.write({ stream: "\n" });
  log.write({ stream: " ---> 0123456789ab\n" });
  await clock.tickAsync(150);
  assertEquals(manager.entries, [
    { stream: "Step 1/2 : FROM busybox\n ---> 0123456789ab\n" },
  ]);
});

Deno.test("a line without an end is shown after a while", async () => {
  using clock = fakeTimers();
  const manager = new DistantManager();
  await using log = logTo(manager);
  log.write({ stream: "Password: " });
  await clock.tickAsync(100);
  assertEquals(manager.entries, []);
  await clock.tickAsync(600);
  assertEquals(manager.entries, [{ stream: "Password: " }]);
});

Deno.test("many steps at once each begin an entry of their own", async () => {
  const manager = new DistantManager(1);
  await using log = logTo(manager);
  const steps = Array.from({ length: 30 }, (_, i) => i + 1);
  log.write({ stream: steps.map((n) => `Step ${n}/30 : ENV a=b\n`).join("") });
  await log.flush();
  assertEquals(manager.steps, steps);
  assertEquals(manager.told.length, 30);
});

Deno.test("any pieces of a text give the same text and the same steps", async () => {
  const piece = fc.oneof(
    fc.constantFrom(
      "\r\n",
      "\n",
      "\x1b[1;3",
      "2mgreen\x1b[0m",
      "\x1b]8;;u\x07",
    ),
    fc.constantFrom("😀", "\ud83d", "\ude00", "\nSte", "p 1/2 :", " x\n"),
    fc.constantFrom("\nStep 2/9 : RUN x\n", "Step 3/9 : RUN"),
    fc.string({ unit: "binary" }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { maxLength: 40 }), async (pieces) => {
      const manager = new DistantManager();
      await using log = logTo(manager);
      for (const stream of pieces) await log.write({ stream });
      await log.flush();
      const text = pieces.join("").toWellFormed();
      assertEquals(manager.text, text);
      const announcesStep = (line = "") => /^Step \d+\/\d+ :/.test(line);
      assertEquals(
        manager.entries.filter(({ stream }) => announcesStep(stream)).length,
        text.split("\n").filter(announcesStep).length,
      );
    }),
    { numRuns: 300 },
  );
});

// deno-lint-ignore no-control-regex -- control characters are the subject
const CUT_SEQUENCE = /\x1b(\[[0-9;]*|\][^\x07]*)?$/;

Deno.test("no entry ends within a character or a control sequence", async () => {
  const manager = new DistantManager(5);
  await using log = logTo(manager);
  const text = "\x1b[1;32m😀\x1b]8;;https://example.com\x07\x1b[0m";
  for (let round = 0; round < 300; round++) {
    for (const stream of text.split("")) await log.write({ stream });
    if (round % 50 === 0) await delay(20);
  }
  await log.flush();
  assertEquals(manager.text, text.repeat(300));
  for (const { stream = "" } of manager.entries) {
    assert(!CUT_SEQUENCE.test(stream), JSON.stringify(stream));
    assert(stream.isWellFormed());
  }
});

Deno.test("a writer that is faster than the manager has to wait", async () => {
  const { promise: go, resolve } = Promise.withResolvers<boolean>();
  const manager = new DistantManager();
  manager.answer = () => go;
  await using log = logTo(manager);
  const line = `${"x".repeat(99)}\n`;
  let written = 0;
  let wait: Promise<void> | undefined;
  while (wait === undefined && written < 10_000_000) {
    wait = log.write({ stream: line });
    written += line.length;
  }
  assertLess(written, 2 * 1024 * 1024);
  assertStrictEquals(log.write({ stream: line }), wait);
  resolve(true);
  await wait;
  await log.flush();
  assertEquals(manager.text.length, written + line.length);
});

Deno.test("statuses keep their place in the output, and other fields stay behind", async () => {
  const manager = new DistantManager(2);
  await using log = logTo(manager);
  const message = { status: "Pulling from library/busybox", error: "no" };
  log.write({ stream: "before\n" });
  log.write(message);
  log.write({ status: "Digest: sha256:00" });
  log.write({ stream: "after\n" });
  await log.flush();
  assertEquals(manager.entries, [
    { stream: "before\n" },
    { status: "Pulling from library/busybox" },
    { status: "Digest: sha256:00" },
    { stream: "after\n" },
  ]);
});

Deno.test("messages without anything to show are not sent", async () => {
  const manager = new DistantManager();
  await using log = logTo(manager);
  log.write({});
  log.write({ stream: "" });
  await log.flush();
  assertEquals(manager.entries, []);
});

Deno.test("each phase's entries are sent before the next begins", async () => {
  const manager = new DistantManager(5);
  await using log = logTo(manager);
  await log.beginPhase("pulling");
  log.write({ status: "Pulling" });
  log.write({ stream: "no line end" });
  await log.beginPhase("building");
  assertEquals(manager.told.length, 2);
  log.write({ stream: "built\n" });
  await log.flush();
  assertEquals(manager.told.map(({ phase }) => phase), [
    "pulling",
    "pulling",
    "building",
  ]);
});

Deno.test("a remark has lines of its own", async () => {
  const manager = new DistantManager();
  await using log = logTo(manager);
  log.write({ stream: "half a line" });
  log.remark("Trying again in 1 s");
  log.remark("Trying again in 2 s");
  await log.flush();
  assertEquals(
    manager.text,
    "half a line\nTrying again in 1 s\nTrying again in 2 s\n",
  );
});

Deno.test("secrets are taken out of output, statuses and the tail", async () => {
  const manager = new DistantManager();
  const redactor = new Redactor([new Secret("hunter2-token")]);
  await using log = logTo(manager, { redactor });
  for (const stream of "with hunter2-token inside\n") log.write({ stream });
  log.write({ status: "pushing with hunter2-token" });
  log.write({ status: "Pushed", id: "hunter2-token" });
  assertEquals(log.takeTail(), "with [secret] inside\n");
  await log.flush();
  assertEquals(manager.entries, [
    { stream: "with [secret] inside\n" },
    { status: "pushing with [secret]" },
    {
      status: "Pushed",
      id: "[secret]",
      progressDetail: { current: 1, total: 1 },
    },
  ]);
});

Deno.test("the tail holds the running step's last lines", async () => {
  await using log = logTo(new DistantManager());
  log.write({ stream: "Step 1/2 : FROM busybox\n ---> 00\n" });
  log.write({ stream: "Step 2/2 : RUN make\nmake: *** [all] Error 2\n" });
  assertEquals(
    log.takeTail(),
    "Step 2/2 : RUN make\nmake: *** [all] Error 2\n",
  );
  for (let line = 0; line < 10_000; line++) {
    log.write({ stream: `line ${line}\n` });
  }
  assert(log.takeTail().startsWith("line "), log.takeTail());
  assert(log.takeTail().endsWith("line 9999\n"), log.takeTail());
  assertLess(log.takeTail().length, 5_000);
});

Deno.test("a build that the manager cancelled is told at once", async () => {
  const manager = new DistantManager(5);
  manager.answer = () => false;
  await using log = logTo(manager);
  const { promise: aborted, resolve } = Promise.withResolvers<void>();
  log.signal.addEventListener("abort", () => resolve());
  log.write({ stream: "output\n" });
  await aborted;
  assertInstanceOf(log.signal.reason, BuildFailure);
  assertEquals(log.signal.reason.kind, "client_rejected_transition");
  assertThrows(() => log.write({ stream: "more\n" }), BuildFailure);
  await assertRejects(() => log.flush(), BuildFailure);
  await assertRejects(() => log.beginPhase("pushing"), BuildFailure);
  assertEquals(manager.told.length, 1);
});

Deno.test("a manager that cannot be told ends every wait", async () => {
  const lost = new Error("The session is lost");
  const { promise: answer, reject } = Promise.withResolvers<boolean>();
  const manager = new DistantManager();
  manager.answer = () => answer;
  await using log = logTo(manager);
  let room: Promise<void> | undefined;
  while (room === undefined) room = log.write({ stream: "x".repeat(10_000) });
  const flushed = log.flush();
  reject(lost);
  await assertRejects(() => room, Error, "The session is lost");
  await assertRejects(() => flushed, Error, "The session is lost");
  assertStrictEquals(log.signal.reason, lost);
  assertThrows(() => log.write({}), Error, "The session is lost");
});

Deno.test("the end of the build ends the log, whatever waits", async () => {
  const manager = new DistantManager();
  manager.answer = () => new Promise(() => {});
  const build = new AbortController();
  await using log = new BuildLog({
    send: manager.send,
    redactor: NO_SECRETS,
    signal: build.signal,
  });
  log.write({ stream: "output\n" });
  const flushed = log.flush();
  build.abort(new Error("The worker stops"));
  await assertRejects(() => flushed, Error, "The worker stops");
  assertStrictEquals(log.signal.reason, build.signal.reason);
  assertThrows(() => log.write({}), Error, "The worker stops");
});

Deno.test("closing sends what is left, and nothing after that", async () => {
  const manager = new DistantManager(5);
  const log = logTo(manager);
  log.write({ stream: "the last words" });
  await log.close();
  await log.close();
  assertEquals(manager.text, "the last words");
  assertThrows(() => log.write({}), TypeError, "closed");
  assertEquals(log.signal.aborted, false);
});

Deno.test("closing does not fail when the manager is gone", async () => {
  const manager = new DistantManager();
  manager.answer = () => Promise.reject(new Error("gone"));
  const log = logTo(manager);
  log.write({ stream: "the last words" });
  await log.close();
  assert(log.signal.aborted);
});

Deno.test("a log past its limit keeps head, tail and steps, and says what is missing", async () => {
  const manager = new DistantManager();
  await using log = logTo(manager, { limit: 400_000 });
  await log.beginPhase("building");
  const output = [...buildOutput(40_000, 4_000)].join("");
  for (const stream of output.match(/.{1,1000}/gs) ?? []) {
    await log.write({ stream });
  }
  await log.flush();
  const text = manager.text;
  assertLess(text.length, 402_000);
  assertGreater(text.length, 390_000);
  assert(text.startsWith(output.slice(0, 290_000)));
  assert(text.endsWith(output.slice(-95_000)));
  assertEquals(manager.steps, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  const marks = [
    ...text.matchAll(/^\[([\d,]+) lines \(([\d,]+) bytes\).*\n/gm),
  ];
  const sum = (group: number) =>
    marks.reduce(
      (total, mark) => total + Number(mark[group]?.replaceAll(",", "")),
      0,
    );
  const kept = text.replaceAll(/^\[[\d,]+ lines .*\n/gm, "");
  assertEquals(kept.length + sum(2), output.length);
  assertEquals(
    kept.split("\n").length + sum(1),
    output.split("\n").length,
  );
});

Deno.test("1,000,000 lines pass in bounded memory", async () => {
  const manager = new DistantManager();
  let lines = 0;
  let longest = 0;
  await using log = new BuildLog({
    redactor: NO_SECRETS,
    limit: 1024 * 1024 * 1024,
    send: async (_phase, { stream = "" }) => {
      await delay(1);
      longest = Math.max(longest, stream.length);
      lines += stream.split("\n").length - 1;
      return manager.answer();
    },
  });
  const before = Deno.memoryUsage().rss;
  let peak = before;
  for (let line = 0; line < 1_000_000; line++) {
    const wait = log.write({ stream: `output of line ${line}\n` });
    if (wait !== undefined) {
      await wait;
      peak = Math.max(peak, Deno.memoryUsage().rss);
    }
  }
  await log.flush();
  assertEquals(lines, 1_000_000);
  assertLess(longest, 300_000);
  assertLess(peak - before, 100 * 1024 * 1024);
});

Deno.test("a status without end is sent with its beginning and its end", async () => {
  const manager = new DistantManager();
  await using log = logTo(manager);
  const status = `begin${"x".repeat(10_000_000)}end`;
  await log.write({ status });
  await log.write({ status, id: status });
  await log.flush();
  for (const entry of manager.entries) {
    for (const text of [entry.status ?? "", entry.id ?? status]) {
      assert(text.startsWith("begin") && text.endsWith("end"));
    }
    assertLess(entry.status?.length ?? 0, 5_000);
    assertLess(entry.id?.length ?? 0, 5_000);
  }
});
