import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { BuildFailure } from "../../../lib/build/failure.ts";
import { Authority } from "../../support/certificates.ts";
import { GitHttpServer } from "../../support/git_http.ts";
import { findInFiles } from "../../support/temporary_directory.ts";
import { Project } from "./_project.ts";

Deno.test("checkoutGit trusts an own authority, beside the system's or alone", async (t) => {
  await using project = await Project.create();
  const commit = await project.repository.commit({ "file": "project" });
  await using authority = await Authority.create();
  await using other = await Authority.create("other");
  await using server = new GitHttpServer({
    root: project.root,
    certificate: await authority.issue("git"),
  });
  const url = server.url("project/.git");
  const cases = {
    "beside the system's": { authorities: authority.cert },
    "with another": { authorities: other.cert + authority.cert },
    "alone": { authorities: authority.cert, only: true },
  };
  for (const [name, trust] of Object.entries(cases)) {
    await t.step(name, async () => {
      await using checkout = await project.checkout({ url, commit }, { trust });
      assertEquals(checkout.commit, commit);
      // The system's authorities are in the same file, where they count.
      const bundles = await findInFiles(project.work, "BEGIN CERTIFICATE");
      assertEquals(bundles.length, 1);
      const bundle = await Deno.readTextFile(bundles[0] ?? "");
      const count = bundle.split("BEGIN CERTIFICATE").length - 1;
      assertEquals(count > 2, name !== "alone");
    });
  }
  for (const trust of [undefined, { authorities: other.cert, only: true }]) {
    const { message } = await assertRejects(
      () => project.checkout({ url, commit }, { trust }),
      BuildFailure,
    );
    assertStringIncludes(message, "must add its CA with TLS_CA_PATH");
  }
  assertEquals(await project.leftovers(), []);
});
