import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { BuildFailure } from "../../../lib/build/failure.ts";
import { TimeLimitError } from "../../../lib/time/watchdog.ts";
import { GitCommandError } from "../../../lib/source/git/command.ts";
import { explained } from "../../../lib/source/git/failure.ts";
import { GitHttpServer } from "../../support/git_http.ts";
import { Project } from "./_project.ts";

const OPTIONS = { kind: "git_checkout", action: "do it" } as const;

function explain(error: unknown): Promise<BuildFailure> {
  return assertRejects(
    () => explained(OPTIONS, () => Promise.reject(error)),
    BuildFailure,
  );
}

Deno.test("explained says what git said where the cause is not known", async () => {
  const error = new GitCommandError("git x was killed", "fatal: odd\nodder");
  const failure = await explain(error);
  assertEquals(failure.kind, "git_checkout");
  assertEquals(failure.cause, error);
  assertEquals(
    failure.message,
    "Cannot do it: git x was killed\nfatal: odd\nodder",
  );
});

Deno.test("explained names the setting that gives more time", async () => {
  const idle = await explain(new TimeLimitError("idle", 300_000));
  assertEquals(idle.kind, "git_failure");
  assertStringIncludes(idle.message, "GIT_IDLE_TIMEOUT");
  const total = await explain(new TimeLimitError("total", 300_000));
  assertStringIncludes(total.message, "GIT_TIMEOUT");
});

Deno.test("explained lets other errors pass", async () => {
  const error = new Error("cancelled");
  const rejection = assertRejects(() =>
    explained(OPTIONS, () => Promise.reject(error))
  );
  assertEquals(await rejection, error);
});

Deno.test("checkoutGit says what is wrong with a server", async (t) => {
  await using project = await Project.create();
  await using server = new GitHttpServer({ root: project.root });
  const directory = await project.scratch("tls");
  await using secure = await serveTls(directory);
  const port = server.host.split(":")[1];
  const cases = {
    "there is no such host": [
      "https://no-such-host.invalid/a.git",
      "the server's name does not resolve",
    ],
    "nothing listens": [
      "http://127.0.0.1:1/a.git",
      "the server cannot be reached",
    ],
    "nothing listens, with ssh": [
      "ssh://git@127.0.0.1:1/a.git",
      "the server cannot be reached",
    ],
    "there is no such repository": [
      `http://127.0.0.1:${port}/absent.git`,
      "there is no such repository",
    ],
    "its certificate is not trusted": [
      `https://localhost:${secure.port}/a.git`,
      "certificate is not trusted",
    ],
  } as const;
  for (const [name, [url, advice]] of Object.entries(cases)) {
    await t.step(name, async () => {
      const failure = await assertRejects(
        () => project.checkout({ url, commit: "main" }),
        BuildFailure,
      );
      assertEquals(failure.kind, "git_failure");
      assertStringIncludes(failure.message, advice);
      assertStringIncludes(failure.message, "fatal: ");
    });
  }
  await t.step("its certificate is trusted with GIT_SSL_CAINFO", async () => {
    const environment = { GIT_SSL_CAINFO: `${directory}/cert.pem` };
    await assertRejects(
      () =>
        project.checkout({
          url: `https://localhost:${secure.port}/a.git`,
          commit: "main",
        }, { environment }),
      BuildFailure,
      "there is no such repository",
    );
  });
});

/** A web server with a certificate that nobody trusts and no repository. */
async function serveTls(directory: string) {
  const { success } = await new Deno.Command("openssl", {
    args: [
      ...["req", "-x509", "-newkey", "ec", "-pkeyopt"],
      ...["ec_paramgen_curve:prime256v1", "-nodes", "-days", "1"],
      ...["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"],
      ...["-keyout", `${directory}/key.pem`, "-out", `${directory}/cert.pem`],
    ],
    stderr: "null",
  }).output();
  assertEquals(success, true);
  const server = Deno.serve({
    hostname: "localhost",
    port: 0,
    onListen: () => {},
    key: await Deno.readTextFile(`${directory}/key.pem`),
    cert: await Deno.readTextFile(`${directory}/cert.pem`),
  }, () => new Response(null, { status: 404 }));
  return {
    port: server.addr.port,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}
