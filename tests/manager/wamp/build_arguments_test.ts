import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { BuildFailure } from "../../../lib/build/failure.ts";
import { decodeBuildArguments } from "../../../lib/manager/wamp/build_arguments.ts";

const COMPLETE = {
  build_package: "https://storage/package?signature=x",
  context: "/sub",
  dockerfile_path: "Dockerfile.dev",
  repository: "ns/name",
  registry: "quay.io:443",
  pull_token: "pull-1",
  push_token: "push-1",
  tag_names: ["latest", "v1", "latest"],
  base_image: { username: "user", password: "pass-1" },
};

Deno.test("a package build is decoded with its credentials", () => {
  const request = decodeBuildArguments(COMPLETE);
  assertEquals(request.source.kind, "package");
  assertEquals(request.tags, ["latest", "v1"]);
  assertEquals(request.context, "/sub");
  assertEquals(request.pullCredentials?.username, "$token");
  assertEquals(request.pullCredentials?.registry, "quay.io:443");
  assertEquals(request.pushCredentials?.password.reveal(), "push-1");
  assertEquals(request.baseImageCredentials?.username, "user");
});

Deno.test("git takes precedence over a package", () => {
  const { source } = decodeBuildArguments({
    ...COMPLETE,
    git: { url: "git@host:a/b.git", sha: "abc", private_key: "key" },
  });
  assertEquals(source.kind, "git");
  if (source.kind === "git") {
    assertEquals(source.url.reveal(), "git@host:a/b.git");
    assertEquals(source.privateKey?.reveal(), "key");
  }
});

Deno.test("what may be missing is missing or empty without harm", () => {
  const request = decodeBuildArguments({
    build_package: "http://p",
    git: null,
    repository: "ns/name",
    registry: "registry:5000",
    tag_names: ["t"],
    base_image: {},
    pull_token: "",
  });
  assertEquals(request.context, "");
  assertEquals(request.dockerfilePath, "");
  assertEquals("pullCredentials" in request, false);
  assertEquals("baseImageCredentials" in request, false);
});

Deno.test("every argument of the wrong type is named", () => {
  const failure = assertThrows(
    () =>
      decodeBuildArguments({
        build_package: 7,
        git: { url: ["x"], sha: "" },
        context: {},
        registry: null,
        repository: "ns/name",
        tag_names: "latest",
        base_image: "user:password",
      }),
    BuildFailure,
  );
  assertEquals(failure.kind, "missing_or_invalid_argument");
  for (
    const mistake of [
      '"build_package" is not a text',
      '"git.url" is not a text',
      '"git.sha" is missing',
      '"context" is not a text',
      '"registry" is missing',
      '"tag_names" is not a list of at least one text',
      '"base_image" is not an object',
    ]
  ) assertStringIncludes(failure.message, mistake);
  assertEquals(failure.message.includes("user:password"), false);
});

Deno.test("a build without a source fails as such", () => {
  const failure = assertThrows(
    () => decodeBuildArguments({ ...COMPLETE, build_package: "", git: {} }),
    BuildFailure,
  );
  assertEquals(failure.kind, "build_package_issue");
});

Deno.test("a build without tags, registry or repository names each", () => {
  const failure = assertThrows(
    () => decodeBuildArguments({ build_package: "http://p", tag_names: [] }),
    BuildFailure,
  );
  assertEquals(failure.kind, "missing_or_invalid_argument");
  for (const key of ["registry", "repository", "tag_names"]) {
    assertStringIncludes(failure.message, `"${key}"`);
  }
});

Deno.test("names that would mean another registry or image are refused", () => {
  const wrong = [
    { registry: "quay" },
    { registry: "127.0.0.1:5000/foo" },
    { repository: "Upper/case" },
    { tag_names: ["latest@sha256:" + "0".repeat(64)] },
    { tag_names: ["a b"] },
    { tag_names: ["a:b"] },
  ];
  for (const names of wrong) {
    const failure = assertThrows(
      () => decodeBuildArguments({ ...COMPLETE, ...names }),
      BuildFailure,
    );
    assertEquals(failure.kind, "missing_or_invalid_argument");
  }
});

Deno.test("of many mistakes the first are named", () => {
  const tags = Array.from({ length: 100 }, (_, index) => `bad tag ${index}`);
  const failure = assertThrows(
    () => decodeBuildArguments({ ...COMPLETE, tag_names: tags }),
    BuildFailure,
  );
  assertStringIncludes(failure.message, "and 90 more");
});

Deno.test("what is longer than anyone needs is named with its limit", () => {
  const long = "x".repeat(4_096);
  const tags = Array.from({ length: 101 }, (_, index) => `t${index}`);
  const failure = assertThrows(
    () =>
      decodeBuildArguments({
        ...COMPLETE,
        build_package: "x".repeat(65_537),
        git: { url: long, sha: "abc" },
        context: long,
        tag_names: tags,
      }),
    BuildFailure,
  );
  assertEquals(failure.kind, "missing_or_invalid_argument");
  for (
    const mistake of [
      '"build_package" has 65537 characters, at most 65536 are allowed',
      '"git.url" has 4096 characters, at most 4095 are allowed',
      '"context" has 4096 characters, at most 4095 are allowed',
      '"tag_names" holds 101 texts, at most 100 are allowed',
    ]
  ) assertStringIncludes(failure.message, mistake);
});

Deno.test("what is as long as allowed is taken", () => {
  const tags = Array.from({ length: 100 }, (_, index) => `t${index}`);
  const request = decodeBuildArguments({
    ...COMPLETE,
    push_token: "x".repeat(65_536),
    context: "x".repeat(4_095),
    tag_names: [...tags, ...tags],
  });
  assertEquals(request.tags, tags);
  assertEquals(request.context.length, 4_095);
});
