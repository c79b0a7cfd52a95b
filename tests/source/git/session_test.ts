import { assertEquals, assertRejects } from "@std/assert";
import { TimeLimitError } from "../../../lib/time/watchdog.ts";
import { AllowanceError } from "../../../lib/source/git/allowance.ts";
import { GitSession } from "../../../lib/source/git/session.ts";
import { parseGitUrl } from "../../../lib/source/git/url.ts";
import { Workplace } from "../../../lib/source/git/workplace.ts";
import { fakeTimers } from "../../support/fake_time.ts";
import { TemporaryDirectory } from "../../support/temporary_directory.ts";

Deno.test("GitSession gives all its tasks together one limit of time", async () => {
  await using directory = await TemporaryDirectory.create();
  await using workplace = await Workplace.create(directory.path);
  using clock = fakeTimers();
  const session = new GitSession(
    { url: parseGitUrl("https://example.com/a.git"), workplace },
    { totalTimeout: 2_000 },
  );
  await session.run(() => clock.tickAsync(1_500));
  const error = await assertRejects(
    () =>
      session.run(async (git) => {
        await clock.tickAsync(700);
        await git.run("version");
      }),
    TimeLimitError,
  );
  assertEquals(error.limit, "total");
  assertEquals(error.milliseconds, 2_000);
});

Deno.test("GitSession ends git once it has fetched too much", async () => {
  await using directory = await TemporaryDirectory.create();
  await using workplace = await Workplace.create(directory.path);
  const session = new GitSession(
    { url: parseGitUrl("https://example.com/a.git"), workplace },
    { maxBytes: 10 },
  );
  await assertRejects(
    () =>
      session.run(async (git) => {
        await git.run("init", "--quiet");
        await git.configured({ "alias.hang": "!sleep 60" }).run("hang");
      }),
    AllowanceError,
    "more than 10 bytes",
  );
});

Deno.test("GitSession passes the variables that it is given", async () => {
  await using directory = await TemporaryDirectory.create();
  await using workplace = await Workplace.create(directory.path);
  const session = new GitSession(
    { url: parseGitUrl("https://example.com/a.git"), workplace },
    { environment: { https_proxy: "http://proxy.example.com", HOME: "/" } },
  );
  const text = await session.run((git) =>
    git.configured({ "alias.environment": "!env" }).run("environment")
  );
  const environment = Object.fromEntries(
    text.split("\n").map((line) => line.split(/=(.*)/, 2)),
  );
  assertEquals(environment["https_proxy"], "http://proxy.example.com");
  assertEquals(environment["HOME"], workplace.home);
  assertEquals(environment["GIT_ALLOW_PROTOCOL"], "https:http:ssh:git");
});
