import type { BuildReport } from "../../lib/manager/embedded/build_report.ts";

/** A build's result in one word: `success`, `lost`, or an error URI's last part. */
export function resultOf(report: BuildReport): string {
  return report.kind === "failure"
    ? report.uri.replace("io.quay.builder.", "")
    : report.kind;
}
