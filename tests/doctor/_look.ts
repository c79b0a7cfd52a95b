import { assert, assertMatch } from "@std/assert";
import type { Check } from "../../lib/doctor/check.ts";
import { readCircumstances } from "../../lib/doctor/circumstances.ts";
import { examine, type ExaminedFinding } from "../../lib/doctor/examine.ts";
import { DOCKER_HOST } from "../support/worker_process.ts";

/** Options of {@linkcode look}. */
export interface LookOptions {
  /** See the option `--registry`. */
  readonly registry?: string;
}

/** Makes one check under variables; the engine is that of the tests. */
export async function look(
  check: Check,
  variables: Readonly<Record<string, string>>,
  { registry }: LookOptions = {},
): Promise<ExaminedFinding[]> {
  const environment = new Map(Object.entries({ DOCKER_HOST, ...variables }));
  const circumstances = await readCircumstances(
    (name) => environment.get(name),
    { flags: {}, registry },
  );
  return await Array.fromAsync(examine([check], circumstances));
}

/** What a finding has to be, for {@linkcode assertFinding}. */
export interface ExpectedFinding {
  readonly verdict: ExaminedFinding["verdict"];
  readonly message: RegExp;
  /** Nothing for a finding that all is well. */
  readonly advice?: RegExp;
}

/** Asserts that one of the findings has this verdict, cause and next step. */
export function assertFinding(
  findings: readonly ExaminedFinding[],
  { verdict, message, advice }: ExpectedFinding,
): void {
  const shown = JSON.stringify(findings, null, 2);
  const found = findings.find((finding) =>
    finding.verdict === verdict && message.test(finding.message)
  );
  assert(found, `There is no finding "${verdict}" like ${message}: ${shown}`);
  if (advice === undefined) return;
  assert(found.verdict !== "ok", shown);
  assertMatch(found.advice, advice);
}

/** Asserts that nothing was found to be wrong. */
export function assertHealthy(findings: readonly ExaminedFinding[]): void {
  const ill = findings.filter(({ verdict }) => verdict !== "ok");
  assert(ill.length === 0, JSON.stringify(ill, null, 2));
  assert(findings.length > 0);
}
