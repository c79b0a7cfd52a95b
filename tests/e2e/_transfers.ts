import { assertEquals, assertStringIncludes } from "@std/assert";
import type { BuildReport } from "../../lib/manager/embedded/build_report.ts";
import { eventually } from "../support/eventually.ts";
import { type GateAction, RegistryGate } from "../support/registry_gate.ts";
import { resultOf } from "./_result.ts";
import { output, type Stage } from "./_stage.ts";

/** What the builds of troubled transfers need. */
export interface TransferScene {
  readonly stage: Stage;
  /** Builds upon a base image, with what is different from other builds. */
  build(
    base: string,
    overrides?: Readonly<Record<string, unknown>>,
  ): Promise<BuildReport>;
  /** Names a tag as the cache of builds upon a base image. */
  setCache(base: string, tag: string): void;
}

function retries(report: BuildReport): string[] {
  return output(report).match(/Trying again in \d+ s \(\d left\)\n/g)
    ?.map((line) => line.trim()) ?? [];
}

function assertSuccess(report: BuildReport): void {
  assertEquals(report.kind, "success", JSON.stringify(report));
}

/**
 * Steps with transfers that go wrong, and are tried again where that can help.
 * They can go on at the same time.
 */
export function transferSteps(
  { stage, build, setCache }: TransferScene,
): Record<string, () => Promise<void>> {
  /**
   * A registry in which the first requests to a path go wrong. For a manifest
   * that it does not get with HEAD, the engine asks once more with GET.
   */
  const troubled = async (
    path: string,
    { times, ...trouble }: { readonly times: number } & GateAction,
  ) => {
    const gate = await RegistryGate.start(stage.open.host);
    let left = times;
    gate.rule = ({ path: asked }) =>
      asked.includes(path) && left-- > 0 ? trouble : { kind: "pass" };
    return gate;
  };

  return {
    "a pull that stalls is tried again": async () => {
      await using gate = await troubled("/manifests/", {
        times: 1,
        kind: "hold",
      });
      const report = await build(`${gate.host}/e2e/base`);
      assertSuccess(report);
      assertStringIncludes(output(report), "stalled");
      assertEquals(retries(report), ["Trying again in 1 s (2 left)"]);
    },

    "a push that stalls is tried again, without a rebuild": async () => {
      await using gate = await troubled("/manifests/latest", {
        times: 1,
        kind: "hold",
      });
      const report = await build(stage.base, { registry: gate.host });
      assertSuccess(report);
      assertEquals(retries(report), ["Trying again in 1 s (2 left)"]);
      assertEquals(output(report).split("Step 1/2").length, 2);
    },

    "a pull is tried again after 503": async () => {
      await using gate = await troubled("/manifests/", {
        times: 4,
        kind: "status",
        status: 503,
      });
      const report = await build(`${gate.host}/e2e/base`);
      assertSuccess(report);
      assertEquals(retries(report), [
        "Trying again in 1 s (2 left)",
        "Trying again in 2 s (1 left)",
      ]);
    },

    "a pull is tried again whose connection is cut": async () => {
      await using gate = await RegistryGate.start(stage.open.host);
      gate.rule = () => ({ kind: "cut" });
      const report = build(`${gate.host}/e2e/base`);
      await eventually(() => gate.requests.length > 0 || undefined, {
        what: "the first try",
      });
      gate.open();
      assertSuccess(await report);
      assertEquals(retries(await report).length > 0, true);
    },

    "a layer whose connection is cut comes after all": async () => {
      await using gate = await troubled("/blobs/", { times: 2, kind: "cut" });
      assertSuccess(await build(`${gate.host}/e2e/base`));
    },

    "a registry that wants fewer requests is left alone longer": async () => {
      await using pulls = await troubled("/manifests/", {
        times: 2,
        kind: "status",
        status: 429,
      });
      await using pushes = await troubled("/uploads/", {
        times: 1,
        kind: "status",
        status: 429,
        body: '{"errors":[{"code":"TOOMANYREQUESTS","message":"slow down"}]}',
      });
      const reports = await Promise.all([
        build(`${pulls.host}/e2e/base`),
        build(stage.base, { registry: pushes.host }),
      ]);
      for (const report of reports) {
        assertSuccess(report);
        assertEquals(retries(report), ["Trying again in 15 s (2 left)"]);
      }
    },

    "what the registry refuses is not tried again": async () => {
      for (const status of [401, 403, 404]) {
        await using gate = await RegistryGate.start(stage.open.host);
        gate.rule = ({ path }) =>
          path.includes("/manifests/") || path.includes("/uploads/")
            ? { kind: "status", status }
            : { kind: "pass" };
        const reports = await Promise.all([
          build(`${gate.host}/e2e/base`),
          build(stage.base, { registry: gate.host }),
        ]);
        assertEquals(
          reports.map(resultOf),
          ["cannotpullbaseimage", "pushissue"],
          JSON.stringify(reports),
        );
        assertEquals(reports.flatMap(retries), []);
      }
    },

    "a cache that cannot be had in time is done without": async () => {
      await using gate = await RegistryGate.start(stage.open.host);
      gate.rule = ({ path }) => ({
        kind: path.endsWith("/manifests/stuck") ? "hold" : "pass",
      });
      const base = `${gate.host}/e2e/base`;
      setCache(base, "stuck");
      const report = await build(base, { registry: gate.host });
      assertSuccess(report);
      assertEquals(retries(report).length, 2);
    },
  };
}
