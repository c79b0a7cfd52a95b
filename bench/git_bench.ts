/**
 * How much of a repository a checkout fetches, measured at its server: bytes
 * and time as ratios to a full clone by git itself.
 */
import { Secret } from "../lib/secret/secret.ts";
import { checkoutGit } from "../lib/source/git/checkout.ts";
import { GitHttpServer } from "../tests/support/git_http.ts";
import { GitRepository, runGit } from "../tests/support/git_repository.ts";
import { TemporaryDirectory } from "../tests/support/temporary_directory.ts";
import { printTable, timed } from "./_table.ts";

/** What one way of fetching costs. */
interface Cost {
  readonly bytes: number;
  /** In milliseconds. */
  readonly time: number;
}

/** Prints the table. */
export async function main(): Promise<void> {
  await using directory = await TemporaryDirectory.create();
  const root = await directory.directory("root");
  const work = await directory.directory("work");
  const repository = await GitRepository.create(`${root}/project`);
  await repository.addHistory(2_000);
  const commit = await repository.git("rev-parse", "HEAD~10");
  await using server = new GitHttpServer({ root });
  const url = server.url("project/.git");

  const source = { url: new Secret(url), commit };

  const measure = async (fetch: () => Promise<unknown>): Promise<Cost> => {
    const before = server.sentBytes;
    const time = await timed(fetch);
    return { bytes: server.sentBytes - before, time };
  };
  const clone = await measure(() =>
    runGit(work, "clone", "--quiet", url, "clone")
  );
  const checkout = await measure(async () => {
    await using _ = await checkoutGit(source, { directory: work });
  });
  const history = await measure(async () => {
    await using files = await checkoutGit(source, { directory: work });
    await files.completeHistory();
  });

  const row = (what: string, cost: Cost) => ({
    "2,000 commits": what,
    "bytes": `${cost.bytes}`,
    "ratio of bytes": (cost.bytes / clone.bytes).toFixed(3),
    "ratio of time": (cost.time / clone.time).toFixed(2),
  });
  printTable("A git repository (budget: 0.1 of the bytes for one commit)", [
    row("cloned by git", clone),
    row("one commit", checkout),
    row("one commit, then its history", history),
  ]);
}

if (import.meta.main) await main();
