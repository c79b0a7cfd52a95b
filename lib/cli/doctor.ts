import { CHECKS } from "../doctor/checks.ts";
import { readCircumstances } from "../doctor/circumstances.ts";
import { examine, type ExaminedFinding } from "../doctor/examine.ts";
import { isRegistry } from "../image/registry.ts";
import type { ParsedArgs } from "./command.ts";
import { doctorLine } from "./doctor_line.ts";
import { EXIT_CODES } from "./exit_codes.ts";
import { print } from "./print.ts";
import { hasColor, outputWidth } from "./terminal.ts";
import { UsageError } from "./usage_error.ts";

/** The command `doctor`: says whether a worker could work here. */
export async function doctor(args: ParsedArgs): Promise<number> {
  const registry = args.values["registry"]?.at(-1);
  if (registry !== undefined && !isRegistry(registry)) {
    throw new UsageError(
      `Cannot use "--registry": expected a host as it begins an image's name, such as quay.example.com:443, without https:// and a path; one without a dot needs its port`,
      "doctor",
    );
  }
  const circumstances = await readCircumstances(
    (name) => Deno.env.get(name),
    { flags: args.settings, registry },
  );
  const findings: ExaminedFinding[] = [];
  const show = args.flags.has("json") ? async () => {} : showOnTerminal();
  for await (const finding of examine(CHECKS, circumstances)) {
    findings.push(finding);
    await show(finding);
  }
  const isFit = findings.every(({ verdict }) => verdict !== "wrong");
  await print(
    args.flags.has("json")
      ? `${JSON.stringify({ fit: isFit, findings }, null, 2)}\n`
      : summary(findings),
  );
  return isFit ? EXIT_CODES.done : EXIT_CODES.unfit;
}

function showOnTerminal(): (finding: ExaminedFinding) => Promise<void> {
  // Elsewhere, a line stays one: for grep, and for logs.
  const width = Deno.stdout.isTerminal() ? outputWidth() : Infinity;
  const options = { color: hasColor(), width };
  return (finding) => print(doctorLine(finding, options));
}

function summary(findings: readonly ExaminedFinding[]): string {
  const count = (verdict: ExaminedFinding["verdict"]) =>
    findings.filter((finding) => finding.verdict === verdict).length;
  return `\n${count("ok")} ok, ${count("warning")} to look at, ${
    count("wrong")
  } wrong, ${count("unchecked")} not checked\n`;
}
