import { isAbsolute } from "node:path";
import {
  type Check,
  type Finding,
  notPermitted,
  ok,
  unchecked,
  warning,
  wrong,
} from "./check.ts";

/** Whether ssh can read the file of the hosts that it is to know. */
export const KNOWN_HOSTS: Check = {
  name: "known hosts",
  async *look({ config: { settings, mistakes } }) {
    const { SSH_KNOWN_HOSTS: path } = settings;
    if (path !== undefined) {
      yield await tryToRead(path);
    } else if (mistakes.some(({ setting }) => setting === "SSH_KNOWN_HOSTS")) {
      yield unchecked("they are not known", "See the configuration");
    } else {
      yield ok("none are named: ssh takes a host's key when it first sees it");
    }
  },
};

async function tryToRead(path: string): Promise<Finding> {
  if (!isAbsolute(path)) {
    return warning(
      `SSH_KNOWN_HOSTS: ${path} is not a whole path, and ssh looks for it where git works`,
      "Set SSH_KNOWN_HOSTS to one that begins with a slash",
    );
  }
  try {
    const text = await Deno.readTextFile(path);
    return /^\s*[^\s#]/m.test(text) ? ok(`${path} can be read`) : wrong(
      `SSH_KNOWN_HOSTS: ${path} holds no host: ssh refuses every one`,
      "Add the hosts of your repositories (ssh-keyscan HOST, after a check)",
    );
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) {
      return notPermitted(path, `--allow-read=${path}`);
    }
    return wrong(
      `SSH_KNOWN_HOSTS: ${path} cannot be read: ${
        error instanceof Error ? error.message : String(error)
      }`,
      "Builds from ssh: repositories fail without it: put it there for the worker's user to read, or correct SSH_KNOWN_HOSTS",
    );
  }
}
