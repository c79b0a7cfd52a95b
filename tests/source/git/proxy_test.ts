import { assertEquals, assertFalse, assertRejects } from "@std/assert";
import { BuildFailure } from "../../../lib/build/failure.ts";
import type { Proxies } from "../../../lib/network/proxies.ts";
import { Secret } from "../../../lib/secret/secret.ts";
import { Authority } from "../../support/certificates.ts";
import { ForwardProxy } from "../../support/forward_proxy.ts";
import { GitHttpServer } from "../../support/git_http.ts";
import { findProcesses } from "../../support/processes.ts";
import { findInFiles } from "../../support/temporary_directory.ts";
import { Project } from "./_project.ts";

const LOGIN = { username: "worker", password: "pr0xy-passw0rd" };

/** Checks out a commit; what it leaves does not hold the login. */
async function checkOut(
  project: Project,
  source: { readonly url: string; readonly commit: string },
  options: Parameters<Project["checkout"]>[1],
): Promise<void> {
  await using checkout = await project.checkout(source, options);
  assertEquals(checkout.commit, source.commit);
  assertEquals(await findInFiles(project.work, LOGIN.password), []);
}

Deno.test("checkoutGit goes through a proxy", async (t) => {
  await using project = await Project.create();
  const commit = await project.repository.commit({ "file": "project" });
  await using authority = await Authority.create();
  const certificate = await authority.issue("git");
  await using plain = new GitHttpServer({ root: project.root });
  await using secure = new GitHttpServer({ root: project.root, certificate });
  const trust = { authorities: authority.cert };

  for (const login of [undefined, LOGIN]) {
    const name = login ? "with a login" : "without a login";
    await t.step(`http, ${name}`, async () => {
      await using proxy = new ForwardProxy(login ? { login } : {});
      const url = plain.url("project/.git");
      const proxies: Proxies = { http: new Secret(proxy.url) };
      await checkOut(project, { url, commit }, { proxies });
      assertEquals(proxy.requests.length >= 2, true);
      const other = { https: new Secret(proxy.url) };
      const passed = proxy.requests.length;
      await checkOut(project, { url, commit }, { proxies: other });
      assertEquals(proxy.requests.length, passed);
    });
    await t.step(`https, ${name}`, async () => {
      await using proxy = new ForwardProxy(login ? { login } : {});
      const url = secure.url("project/.git");
      const proxies: Proxies = { https: new Secret(proxy.url) };
      await checkOut(project, { url, commit }, { proxies, trust });
      assertEquals(proxy.requests[0], `CONNECT ${secure.host}`);
    });
  }

  await t.step("not where NO_PROXY names the host", async () => {
    await using proxy = new ForwardProxy({ login: LOGIN });
    const url = plain.url("project/.git");
    const proxies: Proxies = {
      http: new Secret(proxy.url),
      exceptions: "localhost,127.0.0.1",
    };
    await checkOut(project, { url, commit }, { proxies });
    assertEquals(proxy.requests, []);
  });

  await t.step("a wrong login is told without it", async () => {
    await using proxy = new ForwardProxy({ login: LOGIN });
    const wrong = proxy.url.replace(LOGIN.password, "wr0ng-passw0rd");
    const error = await assertRejects(
      () =>
        project.checkout({ url: plain.url("project/.git"), commit }, {
          proxies: { http: new Secret(wrong) },
        }),
      BuildFailure,
    );
    assertFalse(Deno.inspect(error).includes("wr0ng"), error.message);
    assertEquals(error.message.includes("407"), true, error.message);
  });
  assertEquals(await project.leftovers(), []);
});

Deno.test("checkoutGit shows a proxy's login to nobody while git runs", async () => {
  await using project = await Project.create();
  const commit = await project.repository.commit({ "file": "project" });
  await using server = new GitHttpServer({ root: project.root, stallAfter: 0 });
  await using proxy = new ForwardProxy({ login: LOGIN });
  const controller = new AbortController();
  const rejection = assertRejects(() =>
    project.checkout({ url: server.url("project/.git"), commit }, {
      proxies: { http: new Secret(proxy.url) },
      signal: controller.signal,
    })
  );
  await server.stalled;
  const processes = await findProcesses(project.work);
  const commands = processes.map(({ command }) => command);
  assertEquals(commands.some((text) => text.includes("git-remote-http")), true);
  for (const { command, environment } of processes) {
    assertFalse(`${command} ${environment}`.includes(LOGIN.password));
  }
  const [file = "", ...others] = await findInFiles(
    project.work,
    LOGIN.password,
  );
  assertEquals(others, []);
  assertEquals(((await Deno.stat(file)).mode ?? 0) & 0o777, 0o600);
  controller.abort();
  await rejection;
  assertEquals(await project.leftovers(), []);
});
