import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { BuildFailure } from "../../lib/build/failure.ts";
import { Secret } from "../../lib/secret/secret.ts";
import { checkCommitName } from "../../lib/source/git/commit.ts";
import { GitOutput } from "../../lib/source/git/output.ts";
import { type GitUrl, parseGitUrl } from "../../lib/source/git/url.ts";
import { attempt, fuzz } from "./_fuzz.ts";
import { damagedText } from "./_mutation.ts";

const MARK = "marked-secret";

const URLS = [
  `https://user:${MARK}@example.com:8443/a/b.git`,
  `http://${MARK}@[::1]/a?b#c`,
  `ssh://git:${MARK}@example.com:22/~a/b`,
  `deploy:${MARK}@example.com:a/b.git`,
  `https:/user:${MARK}@example.com/a`,
  `https://example.com/a.git?private_token=${MARK}`,
  "git@example.com:a/b.git",
  "git://example.com/a",
  "file:///tmp/a",
  "ext::sh -c true",
  "--upload-pack=x",
];
const PARTS = ["://", "@", ":", "/", "-", "git", "https", "ext::", "%", "é"];
const url = fc.oneof(
  damagedText(URLS),
  fc.array(fc.constantFrom(...PARTS, "\n", "\0", " ", "a.b", "[::1]"))
    .map((parts) => parts.join("")),
  fc.tuple(fc.constantFrom(...PARTS), fc.nat(1_500))
    .map(([part, times]) => `https://${part.repeat(times)}`),
  fc.webUrl({ withQueryParameters: true }),
  fc.string({ unit: "binary" }),
);

function parseOrRefuse(url: string): GitUrl | BuildFailure {
  try {
    return parseGitUrl(url);
  } catch (error) {
    if (error instanceof BuildFailure) return error;
    throw error;
  }
}

Deno.test("Any repository's address is safe for git, or refused without its secrets", () => {
  fc.assert(
    fc.property(url, (url) => {
      const parsed = parseOrRefuse(url);
      const hasSecret = url.split(MARK).length === 2 &&
        (url.includes(`:${MARK}@`) || url.includes(`?private_token=${MARK}`));
      if (parsed instanceof BuildFailure) {
        const { message } = parsed;
        assert(message.length < 1_000, message);
        assert(!hasSecret || !message.includes(MARK), message);
        return;
      }
      const { text, protocol, origin } = parsed;
      assert(!/^-|^\w+::|[\0-\x20\x7f\\]/.test(text), text);
      assert(protocol !== "file");
      assert(!/\/\/-|@-/.test(origin), origin);
      // Behind a slash, it is a part of the path; of that, a query is none.
      const isPath = /^(?:\w+:\/\/)?[^/]*\/(.*)$/.exec(text)?.[1]?.includes(
        MARK,
      );
      assert(!text.includes(MARK) || !hasSecret || isPath, text);
      assert(!/^https?:/.test(text) || !text.includes("?"), text);
    }),
    fuzz(5_000),
  );
});

Deno.test("Any commit's name means one thing to git, or is refused", () => {
  const name = fc.oneof(
    fc.string({ unit: fc.constantFrom(..."ab0/-.@{}~^:?*[\\ \n\0é") }),
    fc.string({ unit: "binary" }),
  );
  fc.assert(
    fc.property(name, (name) => {
      if (attempt(() => checkCommitName(name), BuildFailure) === undefined) {
        return;
      }
      assert(!/^[-+]|[\0-\x20~^:?*[\\]|\.\.|@\{/.test(name), name);
    }),
    fuzz(4_000),
  );
});

const SECRET = "hunter2/secret";
const output = fc.array(
  fc.oneof(
    fc.constantFrom(
      "remote: Counting objects: 10% (1/10)\r",
      " * [new branch] a -> b\n",
      `fatal: https://user:${SECRET}@example.com/\n`,
      `\x1b[31m${SECRET}\x1b[0m`,
      SECRET.slice(0, 5),
      SECRET.slice(5),
      "\r\n",
      "\n",
      "\r",
      "\x1b[",
    ),
    fc.string({ unit: "binary" }),
    fc.nat(3_000).map((length) => "x".repeat(length)),
  ),
  { maxLength: 12 },
).map((parts) => new TextEncoder().encode(parts.join("")));

Deno.test("What git prints is shown line by line, in bounds, without secrets", () => {
  fc.assert(
    fc.property(output, fc.integer({ min: 1, max: 200 }), (bytes, size) => {
      const lines: string[] = [];
      const printed = new GitOutput({
        onMessage: (line) => lines.push(line),
        secrets: [new Secret(SECRET)],
      });
      for (let at = 0; at < bytes.length; at += size) {
        printed.push(bytes.subarray(at, at + size));
      }
      printed.end();
      for (const line of lines) {
        assert(!line.includes(SECRET), line);
        assert(line.length <= 500, line);
        // deno-lint-ignore no-control-regex -- they are the subject
        assert(!/[\0-\x08\x0a-\x1f]/.test(line), line);
      }
      const tail = printed.tail.split("\n").filter((line) => line !== "");
      assert(tail.length <= 20);
      assertEquals(tail, tail.filter((line) => lines.includes(line)));
    }),
    fuzz(1_000),
  );
});
