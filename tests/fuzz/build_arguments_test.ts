import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { BuildFailure } from "../../lib/build/failure.ts";
import { decodeBuildArguments } from "../../lib/manager/wamp/build_arguments.ts";
import { attempt, fuzz } from "./_fuzz.ts";
import { odd, oddValue } from "./_mutation.ts";

const MARK = "marked-secret";

const SAMPLES: readonly Record<string, unknown>[] = [
  {
    build_package: `https://storage/package?signature=${MARK}-1`,
    context: "/sub",
    dockerfile_path: "Dockerfile.dev",
    repository: "ns/name",
    registry: "quay.io:443",
    pull_token: `${MARK}-2`,
    push_token: `${MARK}-3`,
    tag_names: ["latest", "v1"],
    base_image: { username: "user", password: `${MARK}-4` },
  },
  {
    git: { url: "git@host:a/b.git", sha: "abc", private_key: `${MARK}-5` },
    repository: "ns/name",
    registry: "localhost:5000",
    tag_names: ["latest"],
  },
  {
    git: { url: `https://user:${MARK}-6@host/b.git`, sha: "abc" },
    repository: "ns/name",
    registry: "localhost:5000",
    tag_names: ["latest"],
  },
];

const kwargs = fc.oneof(
  ...SAMPLES.map((sample) => odd(sample)),
  fc.dictionary(fc.constantFrom(...Object.keys(SAMPLES[0] ?? {})), oddValue),
  fc.dictionary(fc.string(), oddValue),
).filter((value): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value)
);

Deno.test("Any build arguments are a whole request, or named as what they are", () => {
  fc.assert(
    fc.property(kwargs, (kwargs) => {
      const decode = () => decodeBuildArguments(kwargs);
      const request = attempt(decode, BuildFailure);
      if (request === undefined) return;
      const { registry, repository, tags, source } = request;
      assert(tags.length > 0 && tags.length <= 100);
      for (const text of [registry, repository, ...tags]) assert(text !== "");
      assertEquals(`${Deno.inspect(request)}`.includes(MARK), false);
      assert(!source.url.isEmpty);
    }),
    fuzz(4_000),
  );
});

Deno.test("What is wrong with build arguments is told in bounds, without secrets", () => {
  fc.assert(
    fc.property(kwargs, (kwargs) => {
      try {
        decodeBuildArguments(kwargs);
      } catch (error) {
        assert(error instanceof BuildFailure, Deno.inspect(error));
        assert(error.message.length < 10_000, error.message);
        assert(!error.message.includes(MARK), error.message);
      }
    }),
    fuzz(2_000),
  );
});
