import { assertEquals } from "@std/assert";
import { StepClaims } from "../../lib/build/step_claims.ts";

const ids = (claims: StepClaims) => claims.leftovers.map(({ id }) => id);

Deno.test("StepClaims leaves what a build made to the last that uses it", () => {
  const claims = new StepClaims();
  const [maker, user] = [{}, {}];
  for (const build of [maker, user]) {
    for (const id of ["one", "two"]) claims.claim(id, build);
  }
  claims.markMade("one", 7);
  claims.markMade("two", 7);
  claims.release(maker);
  assertEquals(claims.leftovers, []);
  claims.release(user);
  assertEquals(claims.leftovers, [
    { id: "two", madeSince: 7 },
    { id: "one", madeSince: 7 },
  ]);
  claims.forget("two");
  assertEquals(ids(claims), ["one"]);
});

Deno.test("StepClaims has nothing left of what no build made", () => {
  const claims = new StepClaims();
  const build = {};
  claims.claim("base", build);
  claims.release(build);
  assertEquals(claims.leftovers, []);
});

Deno.test("StepClaims waits with what another build may find in the cache", () => {
  const claims = new StepClaims();
  const build = {};
  claims.claim("one", build);
  claims.markMade("one", 0);
  claims.release(build);
  {
    using _building = claims.beginBuilding({});
    assertEquals(ids(claims), []);
  }
  assertEquals(ids(claims), ["one"]);
});

Deno.test("StepClaims knows an image for a build's own", () => {
  const claims = new StepClaims();
  const [build, other] = [{}, {}];
  const began = Date.parse("2026-01-02T00:00:00Z");
  const isOwn = (created: string) => claims.isOwn("one", created);
  claims.claim("one", build);
  assertEquals(isOwn("2026-01-03T00:00:00Z"), false);
  claims.markMade("one", began);
  assertEquals(isOwn("2026-01-03T00:00:00Z"), false);
  claims.release(build);
  assertEquals(isOwn("2026-01-03T00:00:00Z"), true);
  assertEquals(isOwn("2026-01-01T00:00:00Z"), false);
  claims.claim("one", other);
  assertEquals(isOwn("2026-01-03T00:00:00Z"), false);
  claims.release(other);
  using _building = claims.beginBuilding(other);
  assertEquals(isOwn("2026-01-03T00:00:00Z"), false);
});
