/**
 * Runs the images that `deploy/image/verify.sh` builds; not part of the
 * ordinary tests, which must not take minutes. What needs nothing of a
 * distribution is in `payload_test.ts`.
 *
 * @module
 */
import { assertEquals } from "@std/assert";
import { EmbeddedManager } from "../../lib/manager/embedded/embedded_manager.ts";
import { Stage } from "../e2e/_stage.ts";
import { Authority } from "../support/certificates.ts";
import { GitHttpServer } from "../support/git_http.ts";
import { GitRepository } from "../support/git_repository.ts";
import { TemporaryDirectory } from "../support/temporary_directory.ts";
import { Container, type ContainerOptions } from "./_container.ts";
import { buildPackage, HARDENED, NOT_ROOT } from "./_in_container.ts";
import { offerOverTls } from "./_relay.ts";

const ALPINE = "quay-builder-verify/quay-builder:verify-alpine";
const RHEL = "quay-builder-verify/quay-builder:verify-rhel7";

const CASES: Readonly<Record<string, Omit<ContainerOptions, "env">>> = {
  "with another C library": { image: ALPINE },
  "with another C library, not as root": {
    image: ALPINE,
    options: [...NOT_ROOT, ...HARDENED],
  },
  "in the image for RHEL": { image: RHEL },
  "in the image for RHEL, not as root": { image: RHEL, options: NOT_ROOT },
};

for (const [name, options] of Object.entries(CASES)) {
  Deno.test(`a package is built ${name}`, async () => {
    await using stage = await Stage.set();
    await buildPackage(stage, options);
  });
}

Deno.test("commits are built over TLS with a custom authority, and leave no process", async () => {
  await using stage = await Stage.set();
  await using directory = await TemporaryDirectory.create();
  await using authority = await Authority.create();
  const certificate = await authority.issue("quay");

  const repository = await GitRepository.create(`${directory.path}/project`);
  const dockerfile = `FROM ${stage.base}\nCOPY . /src/\nRUN ls /src\n`;
  const sha = await repository.commit({ "Dockerfile": dockerfile });
  await using git = new GitHttpServer({ root: directory.path });
  await using manager = await EmbeddedManager.listen();
  await using gitTls = offerOverTls(git.url("project/.git"), certificate);
  await using managerTls = offerOverTls(manager.url, certificate);
  const archive = await stage.package({ "Dockerfile": dockerfile });
  await using archiveTls = offerOverTls(archive, certificate);

  await using container = new Container({
    image: RHEL,
    env: { ENDPOINT: managerTls.url },
    options: ["--volume", `${authority.certPath}:/certs/rootCA.pem`],
  });
  const fromGit = await manager.build(stage.arguments({
    git: { url: gitTls.url, sha },
  }));
  assertEquals(fromGit.kind, "success", JSON.stringify(fromGit));
  const fromPackage = await manager.build(stage.arguments({
    build_package: archiveTls.url,
  }));
  assertEquals(fromPackage.kind, "success", JSON.stringify(fromPackage));
  const programs = (await container.processes())
    .map((line) => line.trim().split(/\s+/).slice(4).join(" "));
  assertEquals(programs, ["deno"]);
  await container.stop();
});
