import {
  assert,
  assertEquals,
  assertExists,
  assertInstanceOf,
  assertLess,
} from "@std/assert";
import { BuildFailure } from "../../../lib/build/failure.ts";
import { BuildLog } from "../../../lib/build/log/build_log.ts";
import { type Answers, NEVER } from "../../../lib/manager/embedded/answers.ts";
import type { BuildReport } from "../../../lib/manager/embedded/build_report.ts";
import { EmbeddedManager } from "../../../lib/manager/embedded/embedded_manager.ts";
import type { EmbeddedManagerOptions } from "../../../lib/manager/embedded/embedded_manager_options.ts";
import type { BuildReporter, Phase } from "../../../lib/manager/manager.ts";
import { WampManager } from "../../../lib/manager/wamp/wamp_manager.ts";
import { Redactor } from "../../../lib/secret/redactor.ts";
import { openWorkerLog } from "../../../lib/telemetry/log.ts";

/** How long the manager may take for an answer, in milliseconds. */
const ANSWER_TIMEOUT = 300;

/** The arguments of a build, as far as a worker looks at them here. */
const BUILD = {
  build_package: "http://localhost/package",
  repository: "ns/name",
  registry: "localhost",
  pull_token: "pull",
  push_token: "push",
  tag_names: ["latest"],
};

/**
 * What a manager on a real socket is told by a build that does nothing but
 * `work`.
 */
async function reportOf(
  options: EmbeddedManagerOptions,
  work: (
    log: BuildLog,
    enter: (phase: Phase) => Promise<void>,
  ) => Promise<void>,
): Promise<BuildReport> {
  await using output = await openWorkerLog({
    output: new WritableStream<Uint8Array>(),
  });
  await using manager = await EmbeddedManager.listen(options);
  const worker = new WampManager({
    endpoint: new URL(manager.url),
    mode: { kind: "enterprise" },
    agent: "test",
    answerTimeout: ANSWER_TIMEOUT,
    logger: output.logger,
  });
  const build = async (reporter: BuildReporter) => {
    await using log = new BuildLog({
      send: (...entry) => reporter.log(...entry),
      redactor: new Redactor([]),
    });
    await work(log, async (phase) => {
      await log.beginPhase(phase);
      await reporter.enterPhase(phase, {}, log.signal);
    });
    await log.flush();
    return { imageId: "sha256:1", digests: [] };
  };
  await using _session = await worker.connect(
    (_request, reporter) => build(reporter),
    new AbortController().signal,
  );
  const report = await manager.build(BUILD);
  assertEquals(manager.violations, []);
  return report;
}

function textOf({ log }: BuildReport): string {
  return log.map(({ entry }) => entry.stream ?? "").join("");
}

for (const logDelay of [0, 10, 50]) {
  Deno.test(`a manager ${logDelay} ms away is told everything, in order, one call at a time`, async () => {
    const lines = Array.from(
      { length: 4_000 },
      (_, line) =>
        line % 400 === 0
          ? `Step ${line / 400 + 1}/10 : RUN make\n`
          : `\x1b[32mline\x1b[0m ${line} é😀\r\n`,
    );
    const report = await reportOf({ logDelay }, async (log, enter) => {
      await enter("pulling");
      for (let current = 0; current <= 100; current++) {
        for (const id of ["a", "b", "c"]) {
          const progressDetail = { current, total: 200 };
          await log.write({ status: "Downloading", id, progressDetail });
        }
      }
      for (const id of ["a", "b", "c"]) {
        await log.write({ status: "Pull complete", id });
      }
      await enter("building");
      for (const stream of lines) await log.write({ stream });
    });
    assertEquals(report.kind, "success");
    assertEquals(report.peakCalls, 1);
    assertEquals(textOf(report), lines.join(""));
    assertEquals(
      report.log.flatMap(({ entry }) =>
        /Step (\d+)\//.exec(entry.stream ?? "")?.[1] ?? []
      ),
      ["1", "2", "3", "4", "5", "6", "7", "8", "9", "10"],
    );
    for (const id of ["a", "b", "c"]) {
      const last = report.log.findLast(({ entry }) => entry.id === id);
      assertExists(last);
      assertEquals(last.phase, "pulling");
      assertEquals(last.entry.progressDetail, { current: 200, total: 200 });
    }
    assertLess(report.log.length, 80);
  });
}

Deno.test("a build that the manager cancels by its answer ends at once", async () => {
  let reason: unknown;
  const answers = { log: () => false };
  const report = await reportOf({ answers }, async (log, enter) => {
    await enter("building");
    const aborted = new Promise((resolve) =>
      log.signal.addEventListener("abort", resolve)
    );
    log.write({ stream: "output\n" });
    await aborted;
    reason = log.signal.reason;
    throw reason;
  });
  assertInstanceOf(reason, BuildFailure);
  assert(report.kind === "failure");
  assertEquals(report.uri, "io.quay.builder.clientrejectedtransition");
  assertEquals(report.log.length, 1);
});

Deno.test("a manager that never answers does not make a build hang", async () => {
  let isAborted = false;
  const answers: Answers = { log: () => NEVER };
  const report = await reportOf({ answers }, async (log, enter) => {
    await enter("building");
    log.write({ stream: "output\n" });
    try {
      await log.flush();
    } finally {
      isAborted = log.signal.aborted;
    }
  });
  assert(isAborted);
  assert(report.kind !== "success", report.kind);
});

Deno.test("1,000,000 lines reach a manager on a socket, in bounded memory", async () => {
  const before = Deno.memoryUsage().rss;
  const line = "output of a build that has a lot to say\n";
  const report = await reportOf({}, async (log, enter) => {
    await enter("building");
    for (let count = 0; count < 1_000_000; count++) {
      await log.write({ stream: line });
    }
  });
  const grown = Deno.memoryUsage().rss - before;
  const text = textOf(report);
  assert(text.startsWith(line.repeat(1_000)));
  assert(text.endsWith(line.repeat(1_000)));
  assertLess(text.length, 33 * 1024 * 1024);
  // The manager, which keeps the log, is in this process, too.
  assertLess(grown, 300 * 1024 * 1024);
});
