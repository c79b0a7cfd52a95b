import { assertEquals } from "@std/assert";
import { secretsOfUrl } from "../../lib/secret/url_secrets.ts";

const CASES: Record<string, string[]> = {
  "https://user:pass-word@example.com/x.git": ["pass-word"],
  "https://gitlab-ci-token:pass-word@example.com/x.git": ["pass-word"],
  "https://ghp_0123456789abcdef:x-oauth-basic@example.com/x.git": [
    "ghp_0123456789abcdef",
    "x-oauth-basic",
  ],
  "ssh://somebody-with-a-long-name@example.com/x.git": [],
  "https://a-token@example.com/x.git": ["a-token"],
  "ssh://git@example.com/x.git": [],
  "ssh://git:pass-word@example.com/x.git": ["pass-word"],
  "https://user:p%40ss%2Fword@example.com/": ["p%40ss%2Fword", "p@ss/word"],
  "https://user:100%@example.com/": ["100%"],
  "https://example.com/": [],
  "https://s3.example.com/x?X-Amz-Date=20260102&X-Amz-Signature=0f1e%2F2d": [
    "0f1e/2d",
  ],
  "https://example.com/x?sig=one&sp=r&access_token=two": ["one", "two"],
  "https://user:pa/ss@wo:rd@example.com/x.git": ["pa/ss@wo:rd"],
  "https://to ken@example.com:x/": ["to ken"],
  "git@example.com:ns/name.git": [],
  "deploy:pass-word@example.com:ns/name.git": ["pass-word"],
  "deploy:pa/ss@wo:rd@example.com:ns/name.git": ["pa/ss@wo:rd"],
  "https:/user:pass-word@example.com/x.git": ["pass-word"],
  "https://example.com/x.git?private_token=pass-word": ["pass-word"],
  "": [],
};

for (const [url, secrets] of Object.entries(CASES)) {
  Deno.test(`"${url}" carries ${secrets.length} secrets`, () => {
    assertEquals(secretsOfUrl(url).map((secret) => secret.reveal()), secrets);
  });
}
