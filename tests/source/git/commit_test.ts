import { assertEquals, assertThrows } from "@std/assert";
import { BuildFailure } from "../../../lib/build/failure.ts";
import { checkCommitName } from "../../../lib/source/git/commit.ts";

Deno.test("checkCommitName accepts hashes, branches and tags", () => {
  const names = [
    "0123456789abcdef0123456789abcdef01234567",
    "0123456",
    "main",
    "feature/été-2",
    "v1.0.0+build",
    "refs/pull/1/head",
    "HEAD",
  ];
  for (const name of names) assertEquals(checkCommitName(name), name);
});

Deno.test("checkCommitName refuses what has a meaning of its own to git", () => {
  const names = [
    "",
    "-",
    "--upload-pack=x",
    "+main",
    "main:refs/heads/x",
    "main..other",
    "main^",
    "main~2",
    "main@{1}",
    "@",
    ":/text",
    "HEAD:Dockerfile",
    "refs/heads/*",
    "a b",
    "a\nb",
    "a\x1b[2J",
    "a/",
    "/a",
    "a//b",
  ];
  for (const name of names) {
    const failure = assertThrows(() => checkCommitName(name), BuildFailure);
    assertEquals(failure.kind, "git_checkout");
    // deno-lint-ignore no-control-regex
    assertEquals(failure.message.match(/[\x00-\x1f]/), null);
  }
});
