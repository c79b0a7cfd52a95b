import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { Redactor } from "../../lib/secret/redactor.ts";
import { Secret } from "../../lib/secret/secret.ts";
import {
  type Logger,
  openWorkerLog,
  type WorkerLogOptions,
} from "../../lib/telemetry/log.ts";

/** The lines that `work` writes to a log. */
async function linesOf(
  options: Omit<WorkerLogOptions, "output">,
  work: (logger: Logger) => void | Promise<void>,
): Promise<string[]> {
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const text = new Response(readable).text();
  {
    await using log = await openWorkerLog({ ...options, output: writable });
    await work(log.logger);
  }
  await writable.close();
  return (await text).split("\n").slice(0, -1);
}

/** A line of text without the time at its beginning. */
function withoutTime(line = ""): string {
  assertMatch(line, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z /);
  return line.slice("0000-00-00T00:00:00.000Z ".length);
}

Deno.test("a line of text has time, level, message and fields", async () => {
  const [line] = await linesOf({}, (logger) => {
    logger.with({ realm: "r-1", build: "ns/name" })
      .info("Phase pulling done", {
        seconds: 1.5,
        tags: ["a"],
        note: "two words",
      });
  });
  assertEquals(
    withoutTime(line),
    `info    Phase pulling done realm=r-1 build=ns/name seconds=1.5 tags=["a"] note="two words"`,
  );
});

Deno.test("a line of JSON has the same, by name", async () => {
  const [line = ""] = await linesOf({ format: "json" }, (logger) => {
    logger.with({ realm: "r-1" }).with({ build: "ns/name" })
      .warning("Cannot {pull} yet", { seconds: 1.5 });
  });
  const { "@timestamp": time, ...rest } = JSON.parse(line);
  assert(!Number.isNaN(Date.parse(time)));
  assertEquals(rest, {
    level: "WARN",
    message: "Cannot {pull} yet",
    logger: "quay-builder",
    realm: "r-1",
    build: "ns/name",
    seconds: 1.5,
  });
});

Deno.test("lines below the level are not written", async () => {
  const logAll = (logger: Logger) => {
    logger.debug("1");
    logger.info("2");
    logger.warning("3");
    logger.error("4");
  };
  const levels = ["debug", "info", "warning", "error"] as const;
  for (const [index, level] of levels.entries()) {
    assertEquals((await linesOf({ level }, logAll)).length, 4 - index);
  }
});

Deno.test("an error is told with all that caused it", async () => {
  const cause = new TypeError("connection refused", { cause: "no route" });
  const error = new Error("Cannot pull:\nthe engine is gone", { cause });
  const [line, ...below] = await linesOf({}, (logger) => {
    logger.warning("Cannot pull yet", { error });
  });
  assertEquals(withoutTime(line), "warning Cannot pull yet");
  assertEquals(below, [
    "  Error: Cannot pull:",
    "    the engine is gone",
    "  caused by TypeError: connection refused",
    "  caused by string: no route",
  ]);
});

Deno.test("an error of JSON is an object", async () => {
  const error = new AggregateError([new RangeError("one"), 2], "several");
  const [line = ""] = await linesOf({ format: "json" }, (logger) => {
    logger.info("Failed", { error });
  });
  assertEquals(JSON.parse(line).error, {
    name: "AggregateError",
    message: "several",
    errors: [
      { name: "RangeError", message: "one" },
      { name: "number", message: "2" },
    ],
  });
});

Deno.test("a line of level error tells where the error came from", async () => {
  const lines = await linesOf({}, (logger) => {
    logger.error("Failed", { error: new Error("a mistake") });
  });
  assert(lines.some((line) => line.includes("log_test.ts")), lines.join("\n"));
});

Deno.test("errors that cause each other in a circle are told", async () => {
  const error = new Error("round and round");
  error.cause = error;
  const lines = await linesOf({}, (logger) => logger.info("Failed", { error }));
  assertEquals(lines.length, 10);
});

Deno.test("nothing in a line can look like another line", async () => {
  const lines = await linesOf({}, (logger) => {
    logger.info("one\ntwo", { field: "a\r\nb", error: "\x1b[2J" });
  });
  assertEquals(lines.length, 2);
  assertEquals(
    withoutTime(lines[0]),
    String.raw`info    one\x0atwo field="a\r\nb"`,
  );
  assertEquals(lines[1], String.raw`  string: \x1b[2J`);
});

Deno.test("nothing in a line moves a cursor or turns text around", async () => {
  const hostile = "a\x9b2Jb\u202ec\u2066d\u200fe\u2028f\x7fg\x1bh\r";
  for (const format of ["text", "json"] as const) {
    const lines = await linesOf({ format }, (logger) => {
      const error = new Error(hostile);
      logger.info(hostile, { field: hostile, nested: [hostile], error });
    });
    const text = lines.join("");
    assert(!/[\p{Cc}\p{Bidi_Control}\u2028\u2029]/u.test(text), text);
    if (format === "json") {
      const [line = ""] = lines;
      assertEquals(JSON.parse(line).message, hostile);
    }
  }
});

Deno.test("secrets are taken out of lines for as long as they are hidden", async () => {
  for (const format of ["text", "json"] as const) {
    const redactor = new Redactor([new Secret('to"ken-value')]);
    const lines = await linesOf({ format }, (logger) => {
      const build = logger.with({ build: 'to"ken-value' });
      {
        using _hidden = build.hide(redactor);
        const error = new Error('with to"ken-value', { cause: 'to"ken-value' });
        logger.info('a to"ken-value', { error });
        build.info("b", { nested: { deep: ['to"ken-value'] } });
      }
      logger.info("not hidden: en-value");
    });
    const text = lines.join("\n");
    assert(!text.includes("ken-value"), text);
    assertEquals(text.match(/\[secret\]/g)?.length, 5);
    assert(text.includes("not hidden: en-value"));
  }
});

Deno.test("a secret by itself is never shown", async () => {
  const secret = new Secret("a-secret-value");
  for (const format of ["text", "json"] as const) {
    const [line = ""] = await linesOf({ format }, (logger) => {
      logger.info("with", { secret, inside: { secret } });
    });
    assert(!line.includes("a-secret-value"), line);
    assert(line.includes("[secret]"), line);
  }
});

Deno.test("a log that nobody reads does not hold the worker up", async () => {
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const log = await openWorkerLog({ output: writable });
  for (let line = 0; line < 20_000; line++) log.logger.info(`line ${line}`);
  const text = new Response(readable).text();
  await log[Symbol.asyncDispose]();
  await writable.close();
  const lines = (await text).split("\n");
  assert(lines.length < 11_000, `${lines.length} lines`);
  assert(lines.at(-2)?.endsWith("line 19999"));
});

Deno.test("a log that nobody reads does not hold the worker's end up", async () => {
  const { promise: stuck, resolve } = Promise.withResolvers<void>();
  const output = new WritableStream<Uint8Array>({ write: () => stuck });
  const log = await openWorkerLog({ output });
  for (let line = 0; line < 10; line++) log.logger.info(`line ${line}`);
  await log[Symbol.asyncDispose]();
  resolve();
});

Deno.test("an output that fails does not end the worker", async () => {
  const output = new WritableStream<Uint8Array>({
    write: () => Promise.reject(new Error("broken pipe")),
  });
  await using log = await openWorkerLog({ output });
  log.logger.info("one");
  log.logger.info("two");
});

Deno.test("a second log cannot be opened beside the first", async () => {
  const output = () => new WritableStream<Uint8Array>();
  await using _log = await openWorkerLog({ output: output() });
  await assertRejects(
    () => openWorkerLog({ output: output() }),
    TypeError,
    "it is open already",
  );
});

Deno.test("the log goes to standard error and needs no permission", async () => {
  const module = import.meta.resolve("../../lib/telemetry/log.ts");
  const script = `
    import { openWorkerLog } from ${JSON.stringify(module)};
    await using log = await openWorkerLog({ format: "json" });
    log.logger.info("to standard error");
  `;
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--no-prompt", "--ext=ts", "-"],
    cwd: new URL("../..", import.meta.url),
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  await new Blob([script]).stream().pipeTo(child.stdin);
  const { success, stdout, stderr } = await child.output();
  const text = new TextDecoder().decode(stderr);
  assert(success, text);
  assertEquals(stdout.length, 0);
  assertEquals(JSON.parse(text).message, "to standard error");
});
