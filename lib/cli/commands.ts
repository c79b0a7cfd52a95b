import { FOREIGN_GROUPS } from "../config/foreign_settings.ts";
import { SETTING_GROUP_TITLES } from "../config/settings.ts";
import type { Command } from "./command.ts";

/** What the program does when it is told nothing else. */
export const WORKER: Command = {
  name: "",
  summary: "Runs the worker",
  usage: "[OPTIONS]",
  options: [],
  positionals: { most: 0 },
  settings: SETTING_GROUP_TITLES,
  run: async (args) => (await import("./work.ts")).work(args),
};

const BUILD: Command = {
  name: "build",
  summary: "Runs one build on this machine, without Quay",
  usage: "[PATH|URL|GIT-URL|-] -t REF… [OPTIONS]",
  description:
    "Builds as a worker does for Quay, and pushes, to find out why a Dockerfile fails there. PATH is a directory (by default this one), which is packed as the docker CLI does, or a file: an archive, or a Dockerfile alone. A URL is that of such a file. A GIT-URL ends in .git, or begins with git://, ssh:// or user@host:, and may name a branch, tag or commit and a directory: #ref:directory. `-` reads a file from the standard input: tar -c . | quay-builder build - -t REF\n\nThe login for the registry is that of --username, or the one in the docker CLI's configuration, and is shown to no other registry. Ctrl-C cancels the build, a second one ends the program at once, and may leave images on the engine. It exits with 0 when the image is in the registry, with 4 when the build failed, with 3 when it was cancelled.",
  options: [
    {
      name: "tag",
      letter: "t",
      value: "REF",
      repeats: true,
      help: "Name to push the image under; again for more tags of it",
    },
    {
      name: "file",
      letter: "f",
      value: "PATH",
      help:
        "The Dockerfile: from here for a directory, else from the context. Default: Dockerfile",
    },
    {
      name: "context",
      value: "DIRECTORY",
      help:
        "Directory of PATH, the archive or the repository to build from; for a GIT-URL without a directory",
    },
    {
      name: "username",
      value: "NAME",
      help:
        "User at the registry of REF; the password is in REGISTRY_PASSWORD, or piped in",
    },
    {
      name: "password-stdin",
      help: "Read the password from the standard input",
    },
    {
      name: "ssh-key",
      value: "PATH",
      help: "Private key for a git repository over ssh",
    },
    {
      name: "cache-tag",
      value: "TAG",
      help: "Tag of the same repository to take cached layers from",
    },
    { name: "json", help: "Print a JSON object a line, for machines" },
  ],
  positionals: { most: 1 },
  settings: SETTING_GROUP_TITLES.filter((title) =>
    !FOREIGN_GROUPS.includes(title)
  ),
  run: async (args) => (await import("./build.ts")).build(args),
};

const DOCTOR: Command = {
  name: "doctor",
  summary: "Checks whether a worker could work here, and says what to do",
  usage: "[--registry HOST[:PORT]] [--json] [OPTIONS]",
  description:
    "Looks at the configuration, the Build Manager, the engine, the registry, git, certificates, proxies, the clock and the disk, and exits with 1 when something is wrong. It takes no build: the manager never learns of a worker.",
  options: [
    {
      name: "registry",
      value: "HOST[:PORT]",
      help: "Registry to look for. Default: the Build Manager's host",
    },
    { name: "json", help: "Print the findings as JSON, for machines" },
  ],
  positionals: { most: 0 },
  settings: SETTING_GROUP_TITLES,
  run: async (args) => (await import("./doctor.ts")).doctor(args),
};

const COMPLETION: Command = {
  name: "completion",
  summary: "Prints a shell's completion of this program",
  usage: "bash|zsh|fish",
  options: [],
  positionals: { most: 1, choices: ["bash", "zsh", "fish"] },
  settings: [],
  run: async (args) =>
    (await import("./completion.ts")).completion(args, COMMANDS),
};

const VERSIONS: Command = {
  name: "version",
  summary: "Prints the versions of this program and of Deno",
  usage: "",
  options: [],
  positionals: { most: 0 },
  settings: [],
  run: async () => (await import("./version.ts")).version(),
};

const NAMED: readonly Command[] = [BUILD, DOCTOR, COMPLETION, VERSIONS];

const HELP: Command = {
  name: "help",
  summary: "Explains this program, or one command of it",
  usage: "[COMMAND]",
  options: [],
  positionals: { most: 1, choices: [...NAMED.map(({ name }) => name), "help"] },
  settings: [],
  run: async (args) => (await import("./help.ts")).help(args, COMMANDS),
};

/**
 * Everything that the program can do, the worker first. The dispatch, the help
 * text, the shells' completion and the README's table follow it.
 */
export const COMMANDS: readonly Command[] = [WORKER, ...NAMED, HELP];
