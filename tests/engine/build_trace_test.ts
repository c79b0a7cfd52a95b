import { assertEquals } from "@std/assert";
import { BuildTrace } from "../../lib/engine/build_trace.ts";

function traceOf(...streams: string[]): BuildTrace {
  const trace = new BuildTrace();
  for (const stream of streams) trace.observe({ stream });
  return trace;
}

Deno.test("BuildTrace notes what steps made and where they ran", () => {
  const trace = traceOf(
    "Step 1/3 : FROM base",
    "\n",
    " ---> aaaaaaaaaaaa\n",
    "Step 2/3 : RUN make",
    "\n",
    " ---> Running in bbbbbbbbbbbb\n",
    "output\n",
    "Removing intermediate container bbbbbbbbbbbb\n",
    " ---> cccccccccccc\n",
    "Step 3/3 : COPY . /",
    "\n",
    " ---> dddddddddddd\n",
    "Successfully built dddddddddddd\n",
  );
  assertEquals(trace.containers, ["bbbbbbbbbbbb"]);
  assertEquals(trace.images, ["cccccccccccc", "dddddddddddd"]);
});

Deno.test("BuildTrace leaves out what was there before", () => {
  const trace = traceOf(
    "Step 1/4 : FROM base AS one",
    " ---> aaaaaaaaaaaa\n",
    "Step 2/4 : ENV A=b",
    " ---> Using cache\n",
    " ---> bbbbbbbbbbbb\n",
    "Step 3/4 : ENV C=d",
    " ---> cccccccccccc\n",
    "Step 4/4 : from one",
    " ---> cccccccccccc\n",
  );
  assertEquals(trace.images, ["cccccccccccc"]);
});

Deno.test("BuildTrace takes no part of a longer output for an ID", () => {
  const trace = traceOf(
    "Step 1/1 : RUN echo",
    " ---> aaaaaaaaaaaa\nmore\n",
    "before ---> aaaaaaaaaaaa\n",
    " ---> aaaaaaaaaaaa",
    " ---> [Warning] aaaaaaaaaaaa\n",
    " ---> sha256:aaaaaaaaaaaa\n",
  );
  trace.observe({ status: " ---> aaaaaaaaaaaa\n" });
  assertEquals(trace.images, []);
});

Deno.test("BuildTrace takes one container and one image a step, whatever a step prints", () => {
  const forged = Array.from(
    { length: 1_000 },
    (_, index) => ` ---> ${index.toString(16).padStart(12, "0")}\n`,
  );
  const trace = traceOf(
    "Step 1/2 : FROM base",
    " ---> aaaaaaaaaaaa\n",
    "Step 2/2 : RUN forge",
    " ---> Running in bbbbbbbbbbbb\n",
    " ---> Running in cccccccccccc\n",
    "Step 2/9 : FROM nothing\n",
    "Step 7/2 : FROM nothing\n",
    ...forged,
    " ---> dddddddddddd\n",
  );
  assertEquals(trace.containers, ["bbbbbbbbbbbb"]);
  assertEquals(trace.images, ["dddddddddddd"]);
});
