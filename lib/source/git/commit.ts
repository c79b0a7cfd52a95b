import { BuildFailure } from "../../build/failure.ts";
import { quote } from "../../text/quote.ts";

/**
 * What git allows in the name of a branch or a tag (git-check-ref-format), and
 * so nothing with a meaning of its own to git: no option, no range, no
 * refspec, no path into a tree.
 */
// deno-lint-ignore no-control-regex
const FORBIDDEN = /[\x00-\x20\x7f~^:?*[\\]|\.\.|@\{|\/\/|^[-+/.]|^@$|[/.]$/;

/**
 * Checks the name of a commit: its hash, whole or abbreviated, or a branch or
 * a tag.
 *
 * @throws {BuildFailure} `git_checkout` when it can be none of these
 */
export function checkCommitName(name: string): string {
  if (name === "" || FORBIDDEN.test(name)) {
    throw new BuildFailure(
      "git_checkout",
      `Cannot check out ${
        quote(name)
      }: expected a commit's hash, a branch or a tag`,
    );
  }
  return name;
}
