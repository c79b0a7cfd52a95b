import { assertLess } from "@std/assert";
import fc from "fast-check";
import { ContextError } from "../../lib/context/error.ts";
import { parseIgnore } from "../../lib/context/ignore.ts";
import { parseDockerfile } from "../../lib/dockerfile/parse.ts";
import { MessageDecoder } from "../../lib/engine/message.ts";
import { Redactor } from "../../lib/secret/redactor.ts";
import { Secret } from "../../lib/secret/secret.ts";
import { Session } from "../../lib/wamp/session.ts";
import { handArchive } from "../context/tar/_archive.ts";
import { handZip } from "../context/zip/_zip.ts";
import { attemptAsync } from "./_fuzz.ts";
import { send } from "./_package.ts";
import { RawPeer } from "./_raw_peer.ts";
import { routerFrame } from "./_wire.ts";

const ROUNDS = 1_500;

/** Bytes by which memory may grow, whatever the rounds are: a few bytes each. */
const GENEROUS = 48 * 1024 ** 2;

const frames = fc.sample(fc.array(routerFrame, { maxLength: 20 }), {
  seed: 1,
  numRuns: 50,
});
const file = "x".repeat(20_000);
const archives = [
  handArchive({ name: "Dockerfile", data: "FROM x" }, {
    name: "a",
    data: file,
  }),
  handZip([{ name: "Dockerfile", data: "FROM x" }, { name: "a", data: file }]),
  handArchive({ name: "a", size: 10 ** 6 }),
];

/** What a worker does with what comes from outside, a little of each. */
async function round(index: number): Promise<void> {
  const peer = new RawPeer();
  const opening = Session.open(peer, { realm: "a.realm" });
  peer.arrive('[2, 1, {"roles": {}}]');
  const session = await opening;
  const call = session.call("a.b").catch(() => {});
  for (const frame of frames[index % frames.length] ?? []) peer.arrive(frame);
  await Promise.resolve();
  peer.drop();
  await Promise.all([session.closed, call]);

  const bytes = archives[index % archives.length];
  if (bytes !== undefined) {
    await attemptAsync(() => send(bytes, { context: "/" }), ContextError);
  }
  parseIgnore(`*.log\n!${index}/**/a\n`).ignores(`${index}/b/a.log`);
  parseDockerfile(`FROM x:${index}\nRUN echo ${index}\n`);
  const decoder = new MessageDecoder({ action: "test" });
  const line = new TextEncoder().encode(`{"stream":"${index}"}\n{"str`);
  for (const _ of decoder.push(line)) { /* is all that is to be done */ }
  new Redactor([new Secret(`secret ${index}`)]).redact(`a secret ${index}`);
}

Deno.test("Thousands of hostile rounds leave nothing behind", async () => {
  for (let i = 0; i < ROUNDS; i++) await round(i);
  const before = Deno.memoryUsage();
  for (let i = 0; i < ROUNDS; i++) await round(i);
  const after = Deno.memoryUsage();
  assertLess(
    after.rss - before.rss,
    GENEROUS,
    JSON.stringify({ before, after }),
  );
});

Deno.test("A session that is told the same again and again ends, and holds nothing of it", async () => {
  const before = Deno.memoryUsage().rss;
  for (let i = 0; i < 20; i++) {
    const peer = new RawPeer();
    const opening = Session.open(peer, { realm: "a.realm" });
    peer.arrive('[2, 1, {"roles": {}}]');
    const session = await opening;
    const registering = session.register("a.b", () => {});
    for (let id = 0; id < 5_000; id++) peer.arrive(`[65, 1, ${id}]`);
    await registering;
    const closed = await session.closed;
    assertLess(closed.kind === "violation" ? 0 : 1, 1, closed.kind);
  }
  assertLess(Deno.memoryUsage().rss - before, GENEROUS);
});
