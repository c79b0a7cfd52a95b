import { assertEquals, assertThrows } from "@std/assert";
import { findStoredLogin } from "../../lib/local_build/docker_config.ts";

function find(config: unknown, registry: string): string {
  const login = findStoredLogin(JSON.stringify(config), registry);
  switch (login.kind) {
    case "login": {
      const { username, password } = login.credentials;
      assertEquals(login.credentials.registry, registry);
      return `${username} ${password.reveal()}`;
    }
    case "helper":
      return `by ${login.helper}`;
    case "token":
      return "token";
    case "none":
      return "none";
  }
}

const CONFIG = {
  auths: {
    "quay.io": { auth: btoa("robot+one:secret:with:colons") },
    "localhost:5000": { auth: btoa("local:password") },
    "https://index.docker.io/v1/": { auth: btoa("hub:password") },
    "empty.example.com": {},
    "broken.example.com": { auth: btoa("no colon") },
  },
};

Deno.test("a login is that of exactly this registry", () => {
  const cases = {
    "quay.io": "robot+one secret:with:colons",
    "localhost:5000": "local password",
    "docker.io": "hub password",
    "localhost": "none",
    "quay.io:443": "none",
    "quay.io.evil.com": "none",
    "io": "none",
    "empty.example.com": "none",
    "broken.example.com": "none",
  };
  for (const [registry, expected] of Object.entries(cases)) {
    assertEquals(find(CONFIG, registry), expected, registry);
  }
});

Deno.test("a login that a helper keeps is known to be there", () => {
  const helpers = {
    ...CONFIG,
    credHelpers: { "gcr.io": "gcloud", "quay.io": "unused" },
    credsStore: "desktop",
  };
  assertEquals(find(helpers, "gcr.io"), "by gcloud");
  assertEquals(find(helpers, "empty.example.com"), "by desktop");
  assertEquals(find(helpers, "other.example.com"), "none");
});

Deno.test("a configuration of any shape does no harm", () => {
  for (const config of [null, 1, [], {}, { auths: 1 }, { auths: { "a": 1 } }]) {
    assertEquals(find(config, "a"), "none");
  }
});

Deno.test("a login that is an identity token is known to be there", () => {
  const auths = {
    "a": {
      auth: btoa("00000000-0000-0000-0000-000000000000:"),
      identitytoken: "t",
    },
    "b": { auth: btoa("user:password"), identitytoken: "" },
  };
  assertEquals(find({ auths }, "a"), "token");
  assertEquals(find({ auths }, "b"), "user password");
});

Deno.test("a configuration that cannot be read is not quoted", () => {
  const broken = {
    [`{"auths":{"a":{"auth":"c2VjcmV0OnNlY3JldA==`]: "it is not JSON",
    [JSON.stringify({ auths: { a: { auth: "c2Vj*mV0" } } })]:
      "the login in it is not base64",
  };
  for (const [text, message] of Object.entries(broken)) {
    const error = assertThrows(() => findStoredLogin(text, "a"), SyntaxError);
    assertEquals([error.message, error.cause], [message, undefined]);
  }
});
