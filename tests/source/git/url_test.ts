import {
  assertEquals,
  assertFalse,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { BuildFailure } from "../../../lib/build/failure.ts";
import { parseGitUrl } from "../../../lib/source/git/url.ts";

Deno.test("parseGitUrl accepts what git servers are reached by", () => {
  const accepted = [
    ["https://example.com/a/b.git", "https", "https://example.com"],
    ["https://example.com:8443/a", "https", "https://example.com:8443"],
    ["http://[::1]:80/a", "http", "http://[::1]:80"],
    ["ssh://git@example.com:2222/~me/a.git", "ssh", "ssh://example.com:2222"],
    ["ssh://example.com/a", "ssh", "ssh://example.com"],
    ["git@example.com:a/b.git", "ssh", "ssh://example.com"],
    ["example.com:/srv/a.git", "ssh", "ssh://example.com"],
    ["git@[::1]:a.git", "ssh", "ssh://[::1]"],
    ["git@git:a/b@c.git", "ssh", "ssh://git"],
    ["git://example.com/a.git", "git", "git://example.com"],
  ];
  for (const [text = "", protocol, origin] of accepted) {
    const url = parseGitUrl(text);
    assertEquals({ ...url }, { protocol, text, origin } as typeof url);
  }
});

Deno.test("parseGitUrl refuses what git could take for something else", () => {
  const refused = [
    "",
    "-oProxyCommand=x",
    "--upload-pack=x",
    "ext::sh -c whoami",
    "ext::sh",
    "fd::17",
    "https::http://example.com/a",
    "/srv/a.git",
    "../a.git",
    "a.git",
    "ftp://example.com/a",
    "HTTPS://example.com/a",
    "https://example.com",
    "https:///a",
    "https://-example.com/a",
    "ssh://-oProxyCommand=x/a",
    "ssh://-l@example.com/a",
    "-l@example.com:a",
    "git@-oProxyCommand=x:a",
    "https://example.com\\@evil.com/a",
    "https://example.com/a\nb",
    "https://example.com/a b",
    "https://example.com/\x1b[2J",
    "file:///srv/a.git",
  ];
  for (const text of refused) {
    const failure = assertThrows(() => parseGitUrl(text), BuildFailure);
    assertEquals(failure.kind, "git_failure", text);
    // deno-lint-ignore no-control-regex
    assertFalse(/[\x00-\x1f]/.test(failure.message), text);
  }
});

Deno.test("parseGitUrl accepts a file URL only where that is allowed", () => {
  const url = parseGitUrl("file:///srv/a.git", { allowFile: true });
  assertEquals(url.protocol, "file");
  for (const text of ["file://host/a", "file://../a", "/srv/a.git"]) {
    assertThrows(() => parseGitUrl(text, { allowFile: true }), BuildFailure);
  }
});

Deno.test("parseGitUrl takes the login out of a URL", () => {
  const url = parseGitUrl("https://me%40x:p%2Fss@example.com:8443/a.git");
  assertEquals(url.text, "https://example.com:8443/a.git");
  assertEquals(url.credentials?.username, "me@x");
  assertEquals(url.credentials?.password.reveal(), "p/ss");

  const token = parseGitUrl("https://t0ken@example.com/a.git");
  assertEquals(token.text, "https://example.com/a.git");
  assertEquals(token.credentials?.username, "t0ken");

  const ssh = parseGitUrl("ssh://git:passw0rd@example.com/a.git");
  assertEquals(ssh.text, "ssh://git@example.com/a.git");
});

Deno.test("parseGitUrl shows no login in its errors", () => {
  const texts = [
    "https://me:passw0rd@example.com",
    "ssh://git:passw0rd@-example.com/a",
    "ftp://me:passw0rd@example.com/a",
    "https://passw0rd%zz@example.com/a",
    "https://me:p/passw0rd@example.com/a",
    "deploy:passw0rd@example.com:team/app.git",
    "deploy:p/passw0rd@example.com:team/app.git",
    "https:/me:passw0rd@example.com/a",
    "https:me:passw0rd@example.com/a",
    "ssh:/git:passw0rd@example.com/a",
    "me@host:passw0rd@example.com:a",
    "https://example.com/a.git?private_token=passw0rd",
    "https://me@example.com/a.git?private_token=passw0rd",
  ];
  for (const text of texts) {
    const { message } = assertThrows(() => parseGitUrl(text), BuildFailure);
    assertFalse(message.includes("passw0rd"), message);
    assertStringIncludes(message, "example.com");
  }
});
