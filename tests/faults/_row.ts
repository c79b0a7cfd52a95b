import type { BuildReport } from "../../lib/manager/embedded/build_report.ts";
import type { Stage } from "../e2e/_stage.ts";
import { eventually } from "../support/eventually.ts";
import type { Moment } from "./_moment.ts";
import { resultOf } from "../e2e/_result.ts";
import { Scene, type SceneOptions } from "./_scene.ts";

/**
 * How long a worker may take to report its build, and to be ready again, in
 * milliseconds.
 */
const PATIENCE = 180_000;

/** What a fault came to: what the manager saw, and what became of the worker. */
export interface Outcome {
  /** The build's result: `success`, `lost`, or an error URI's last part. */
  readonly build?: string;
  readonly worker: "ready again" | `exits with ${number}`;
}

/** One fault, struck at several moments of as many workers at the same time. */
export interface Row extends Omit<SceneOptions, "moment"> {
  readonly fault: string;
  readonly moments: readonly Moment[];
  /** Makes the fault happen to a worker that is held at its moment. */
  strike?(scene: Scene): void | Promise<void>;
  /** What happens once a build has its result. Default: all is let go on. */
  settle?(scene: Scene): void | Promise<void>;
  /** Whether the worker shall leave by itself. Default: it shall be ready. */
  readonly leaves?: boolean;
  /**
   * Whether a worker may keep its realm where it has no build. Default: only
   * where the manager's answers are the fault.
   */
  readonly keepsRealm?: boolean;
  /** What is waited for before a worker that is ready again shall leave. */
  beforeLeaving?(): Promise<void>;
  /** Makes the fault happen to all, once every worker is held. */
  strikeAll?(): Promise<void>;
}

/**
 * Plays a row, and checks that nothing is left: no file of the worker and, once
 * all are through, no image and no container. Workers that are ready again are
 * asked to leave, which they must do at once.
 */
export async function play(
  stage: Stage,
  row: Row,
): Promise<Record<string, Outcome>> {
  const { moments } = row;
  await using stack = new AsyncDisposableStack();
  const scenes = await Promise.all(
    moments.map(async (moment) =>
      stack.use(await Scene.open(stage, { ...row, moment }))
    ),
  );
  const began = performance.now();
  await row.strikeAll?.();
  const outcomes = await Promise.all(
    scenes.map(async (scene) => {
      const outcome = await playOne(scene, row, began);
      const files = await scene.files();
      if (files.length > 0) throw new Error(`files are left: ${files}`);
      return [scene.moment, outcome] as const;
    }),
  );
  return Object.fromEntries(outcomes);
}

async function playOne(
  scene: Scene,
  row: Row,
  began: number,
): Promise<Outcome> {
  const known = new Set(scene.manager.workers.map(({ realm }) => realm));
  await row.strike?.(scene);
  // What nobody holds any more could end before anybody looks.
  if (scene.report === undefined) scene.release();
  const report = await reportOf(scene);
  const reported = performance.now() - began;
  await (row.settle?.(scene) ?? scene.release());
  if (!row.leaves) {
    const keepsRealm = row.keepsRealm ?? row.answers !== undefined;
    const isNew = !keepsRealm && (!report || report.kind === "lost");
    await readyAgain(scene, isNew ? known : new Set());
  }
  const settled = performance.now() - began;
  if (!row.leaves) {
    await row.beforeLeaving?.();
    scene.worker.signal("SIGTERM");
  }
  const { code } = await scene.worker.exited();
  const outcome: Outcome = {
    ...(report && { build: resultOf(report) }),
    worker: row.leaves || code !== 0 ? `exits with ${code}` : "ready again",
  };
  await tell(row.fault, scene.moment, { ...outcome, reported, settled });
  return outcome;
}

/** Waits for what becomes of the build, if there is one. */
async function reportOf(
  { moment, report }: Scene,
): Promise<BuildReport | undefined> {
  if (report === undefined) return undefined;
  let ended: BuildReport | undefined;
  void report.then((report) => ended = report);
  return await eventually(() => ended, {
    what: `the end of a build that was struck while ${moment}`,
    patience: PATIENCE,
  });
}

/** Waits for a worker that the manager did not know before. */
async function readyAgain(
  { manager }: Scene,
  known: ReadonlySet<string>,
): Promise<void> {
  await eventually(
    () =>
      manager.workers.find(({ realm, state }) =>
        state === "ready" && !known.has(realm)
      ),
    { what: "a worker that is ready again", patience: PATIENCE },
  );
}

/** With `FAULT_TABLE`, the outcomes and their times go to that file. */
async function tell(
  fault: string,
  moment: Moment,
  { build, worker, reported, settled }: Outcome & {
    /** From the fault to the build's result, in milliseconds. */
    readonly reported: number;
    /** From the fault until the worker is ready or gone, in milliseconds. */
    readonly settled: number;
  },
): Promise<void> {
  const file = Deno.env.get("FAULT_TABLE");
  if (!file) return;
  const seconds = (time: number) => `${(time / 1000).toFixed(1)} s`;
  const manager = build ? `${build} after ${seconds(reported)}` : "";
  const cells = [fault, moment, manager, `${worker} after ${seconds(settled)}`];
  await Deno.writeTextFile(file, `| ${cells.join(" | ")} |\n`, {
    append: true,
  });
}
