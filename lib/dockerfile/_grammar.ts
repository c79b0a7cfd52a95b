/** How the text after an instruction's flags is read. */
export type ArgumentForm =
  /** Text, or a JSON list. */
  | "command"
  /** A JSON list. */
  | "json"
  /** Words, or a JSON list. */
  | "list"
  /** Text. */
  | "text"
  /** Words. */
  | "words"
  /** Words that quotes may hold together. */
  | "quoted"
  /** `name=value`, or `name value`; only the names are told. */
  | "pairs"
  /** Another instruction. */
  | "instruction";

/** How a flag is written: `--name`, `--name=value`, or the latter repeatedly. */
export type FlagForm = "switch" | "value" | "values";

/** What an instruction must look like. */
export interface Grammar {
  readonly form: ArgumentForm;
  /** Arguments that there must be. Default 0. */
  readonly least?: number;
  /** Arguments that there may be. Default: any number. */
  readonly most?: number;
  /** Without, flags are not looked at, as in the engine. */
  readonly flags?: Readonly<Record<string, FlagForm>>;
}

const NO_FLAGS = {};

/** The instructions of BuildKit 0.34, with the flags of its stable syntax. */
export const GRAMMARS: Readonly<Record<string, Grammar>> = {
  ADD: {
    form: "list",
    least: 2,
    flags: {
      checksum: "value",
      chmod: "value",
      chown: "value",
      exclude: "values",
      "keep-git-dir": "switch",
      link: "switch",
      unpack: "switch",
    },
  },
  ARG: { form: "quoted", least: 1 },
  CMD: { form: "command", flags: NO_FLAGS },
  COPY: {
    form: "list",
    least: 2,
    flags: {
      chmod: "value",
      chown: "value",
      exclude: "values",
      from: "value",
      link: "switch",
      parents: "switch",
    },
  },
  ENTRYPOINT: { form: "command", flags: NO_FLAGS },
  ENV: { form: "pairs", least: 1, flags: NO_FLAGS },
  EXPOSE: { form: "words", least: 1, flags: NO_FLAGS },
  FROM: { form: "words", least: 1, most: 3, flags: { platform: "value" } },
  HEALTHCHECK: {
    form: "words",
    least: 1,
    flags: {
      interval: "value",
      retries: "value",
      "start-interval": "value",
      "start-period": "value",
      timeout: "value",
    },
  },
  LABEL: { form: "pairs", least: 1, flags: NO_FLAGS },
  MAINTAINER: { form: "text", least: 1, flags: NO_FLAGS },
  ONBUILD: { form: "instruction", least: 1, flags: NO_FLAGS },
  RUN: {
    form: "command",
    flags: {
      device: "values",
      mount: "values",
      network: "value",
      security: "value",
    },
  },
  SHELL: { form: "json", least: 1, flags: NO_FLAGS },
  STOPSIGNAL: { form: "text", least: 1 },
  USER: { form: "text", least: 1, flags: NO_FLAGS },
  VOLUME: { form: "list", least: 1, flags: NO_FLAGS },
  WORKDIR: { form: "text", least: 1, flags: NO_FLAGS },
};
