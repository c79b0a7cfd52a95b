import { assertEquals } from "@std/assert";
import {
  type BuildInput,
  parseBuildInput,
} from "../../lib/local_build/input.ts";

function git(url: string, ref = "HEAD", subdirectory = ""): BuildInput {
  return { kind: "git", url, ref, subdirectory };
}

const CASES: Readonly<Record<string, BuildInput>> = {
  ".": { kind: "path", path: "." },
  "/srv/app": { kind: "path", path: "/srv/app" },
  "app.git": { kind: "path", path: "app.git" },
  "a@b/c": { kind: "path", path: "a@b/c" },
  "-": { kind: "stdin" },
  "https://example.com/app.tar.gz": {
    kind: "url",
    url: "https://example.com/app.tar.gz",
  },
  "http://example.com/app.tgz?signature=.git": {
    kind: "url",
    url: "http://example.com/app.tgz?signature=.git",
  },
  "https://example.com/app.git": git("https://example.com/app.git"),
  "https://example.com/app.git#main": git(
    "https://example.com/app.git",
    "main",
  ),
  "https://example.com/app.git#v1:docker/web": git(
    "https://example.com/app.git",
    "v1",
    "docker/web",
  ),
  "https://example.com/app.git#:docker": git(
    "https://example.com/app.git",
    "HEAD",
    "docker",
  ),
  "git://example.com/app": git("git://example.com/app"),
  "file:///srv/app#v1": git("file:///srv/app", "v1"),
  "ssh://git@example.com:2222/app#topic/one": git(
    "ssh://git@example.com:2222/app",
    "topic/one",
  ),
  "git@example.com:team/app.git#pull/7/head": git(
    "git@example.com:team/app.git",
    "pull/7/head",
  ),
  "github.com/quay/quay#master": git("https://github.com/quay/quay", "master"),
};

for (const [text, expected] of Object.entries(CASES)) {
  Deno.test(`"${text}" is understood`, () =>
    assertEquals(parseBuildInput(text), expected));
}
