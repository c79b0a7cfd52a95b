import { assertRejects, assertStringIncludes } from "@std/assert";
import { BuildFailure } from "../../lib/build/failure.ts";
import { Secret } from "../../lib/secret/secret.ts";
import { openSource, type OpenSourceOptions } from "../../lib/source/source.ts";
import { GitHttpServer } from "../support/git_http.ts";
import { Project } from "./git/_project.ts";

const OPTIONS: Omit<OpenSourceOptions, "temporaryDirectory"> = {
  limits: {},
  download: { idleTimeout: 60_000 },
  git: {
    idleTimeout: 60_000,
    totalTimeout: 60_000,
    allowFile: false,
    knownHosts: undefined,
  },
  signal: new AbortController().signal,
  redact: (text) => text,
  remark: () => {},
};

Deno.test("openSource takes no more of a repository than of a package", async () => {
  await using project = await Project.create();
  await using server = new GitHttpServer({ root: project.root });
  await project.repository.commit({ "a": "", "b": "" });
  const source = {
    kind: "git",
    url: new Secret(server.url("project/.git")),
    commit: "main",
  } as const;
  const limits = { entries: 1 };
  const temporaryDirectory = project.work;
  await assertRejects(
    () => openSource(source, { ...OPTIONS, limits, temporaryDirectory }),
    BuildFailure,
    "ENTRIES_LIMIT",
  );
});

Deno.test("openSource redacts what servers say", async () => {
  await using server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    () => new Response("<Message>no: t0ken</Message>", { status: 403 }),
  );
  const url = new Secret(`http://127.0.0.1:${server.addr.port}/`);
  const redact = (text: string) => text.replaceAll("t0ken", "[secret]");
  const { message } = await assertRejects(
    () =>
      openSource({ kind: "package", url }, {
        ...OPTIONS,
        redact,
        temporaryDirectory: "/nonexistent",
      }),
    BuildFailure,
  );
  assertStringIncludes(message, "no: [secret]");
});
