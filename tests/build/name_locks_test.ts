import { assertEquals, assertRejects } from "@std/assert";
import { delay } from "@std/async/delay";
import { NameLocks } from "../../lib/build/name_locks.ts";

const { signal } = new AbortController();

Deno.test("NameLocks lets many share a name, and keeps out who wants it alone", async () => {
  const locks = new NameLocks();
  const first = await locks.share("a", { signal });
  const second = await locks.share("a", { signal });
  let isTaken = false;
  const taking = locks.take("a", { signal }).then((hold) => {
    isTaken = true;
    return hold;
  });
  first[Symbol.dispose]();
  await delay(1);
  assertEquals(isTaken, false);
  second[Symbol.dispose]();
  using _hold = await taking;
});

Deno.test("NameLocks gives a name to one at a time, whoever waits", async () => {
  const locks = new NameLocks();
  let inside = 0;
  let peak = 0;
  const visit = async (ask: () => Promise<Disposable>) => {
    using _hold = await ask();
    peak = Math.max(peak, ++inside);
    await delay(1);
    inside--;
  };
  const take = () => locks.take("a", { signal });
  await Promise.all(Array.from({ length: 5 }, () => visit(take)));
  assertEquals(peak, 1);
});

Deno.test("NameLocks lets who shares a name share another that is waited for", async () => {
  const locks = new NameLocks();
  using _a = await locks.share("a", { signal });
  const b = await locks.share("b", { signal });
  const taking = locks.take("b", { signal });
  using _again = await locks.share("b", { signal });
  b[Symbol.dispose]();
  _again[Symbol.dispose]();
  using _hold = await taking;
});

Deno.test("NameLocks tells once of waiting, and stops with its signal", async () => {
  const locks = new NameLocks();
  using _hold = await locks.take("a", { signal });
  using _other = await locks.take("b", { signal });
  const controller = new AbortController();
  let told = 0;
  const waiting = locks.share("a", {
    signal: controller.signal,
    onWait: () => told++,
  });
  const reason = new Error("cancelled");
  controller.abort(reason);
  assertEquals(await assertRejects(() => waiting), reason);
  assertEquals(told, 1);
});
