import {
  type Check,
  type Circumstances,
  type Finding,
  unchecked,
  wrong,
} from "./check.ts";

/** A finding, and what was looked at. */
export type ExaminedFinding = Finding & { readonly check: string };

/** Options of {@linkcode examine}. */
export interface ExamineOptions {
  /** How long one check may take, in milliseconds. Default 15,000. */
  readonly timeLimit?: number;
  /** Ends the looking: what is not done yet is given as unchecked. */
  readonly signal?: AbortSignal;
}

/**
 * Makes every check, all at once, and gives the findings in the checks' order,
 * each as soon as it and all before it are there. Never fails.
 */
export async function* examine(
  checks: readonly Check[],
  circumstances: Circumstances,
  { timeLimit = 15_000, signal }: ExamineOptions = {},
): AsyncGenerator<ExaminedFinding> {
  const examinations = checks.map((check) => ({
    check,
    findings: examineOne(check, circumstances, { timeLimit, signal }),
  }));
  for (const { check: { name }, findings } of examinations) {
    for (const finding of await findings) yield { check: name, ...finding };
  }
}

async function examineOne(
  check: Check,
  circumstances: Circumstances,
  { timeLimit, signal }: { timeLimit: number; signal: AbortSignal | undefined },
): Promise<Finding[]> {
  const findings: Finding[] = [];
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(TOO_LATE), timeLimit);
  const ended = AbortSignal.any(
    signal === undefined ? [limit.signal] : [limit.signal, signal],
  );
  const { promise: given, reject: giveUp } = Promise.withResolvers<never>();
  const onAbort = () => giveUp(ended.reason);
  ended.addEventListener("abort", onAbort);
  const look = async () => {
    ended.throwIfAborted();
    for await (const finding of check.look(circumstances, ended)) {
      if (!ended.aborted) findings.push(finding);
    }
  };
  try {
    await Promise.race([look(), given]);
  } catch (error) {
    findings.push(explain(error, ended, timeLimit));
  } finally {
    clearTimeout(timer);
    ended.removeEventListener("abort", onAbort);
  }
  return findings;
}

const TOO_LATE = new DOMException("Too late", "TimeoutError");

function explain(
  error: unknown,
  ended: AbortSignal,
  timeLimit: number,
): Finding {
  if (ended.reason === TOO_LATE) {
    return wrong(
      `no answer within ${timeLimit / 1_000} s`,
      "Something on the way swallows what is sent: check firewalls, routes and proxies",
    );
  }
  if (ended.aborted) return unchecked("not checked", "The doctor was stopped");
  if (error instanceof Deno.errors.NotCapable) {
    return unchecked(
      error.message,
      'Start it by "deno task doctor", which has that permission',
    );
  }
  return wrong(
    error instanceof Error ? error.message : String(error),
    "This is not one of the known troubles: look for these words",
  );
}
