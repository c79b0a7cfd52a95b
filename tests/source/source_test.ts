import { assertRejects } from "@std/assert";
import { BuildFailure } from "../../lib/build/failure.ts";
import { Secret } from "../../lib/secret/secret.ts";
import { openSource } from "../../lib/source/source.ts";
import { GitHttpServer } from "../support/git_http.ts";
import { Project } from "./git/_project.ts";

Deno.test("openSource takes no more of a repository than of a package", async () => {
  await using project = await Project.create();
  await using server = new GitHttpServer({ root: project.root });
  await project.repository.commit({ "a": "", "b": "" });
  const source = {
    kind: "git",
    url: new Secret(server.url("project/.git")),
    commit: "main",
  } as const;
  await assertRejects(
    () =>
      openSource(source, {
        limits: { entries: 1 },
        temporaryDirectory: project.work,
        download: { idleTimeout: 60_000 },
        git: {
          idleTimeout: 60_000,
          totalTimeout: 60_000,
          allowFile: false,
          knownHosts: undefined,
        },
        signal: new AbortController().signal,
        remark: () => {},
      }),
    BuildFailure,
    "ENTRIES_LIMIT",
  );
});
