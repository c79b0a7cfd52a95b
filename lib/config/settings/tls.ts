import { parseProxyUrl } from "../../network/proxies.ts";
import { anything, flag, text } from "../value.ts";
import type { SettingGroup } from "./setting.ts";

/** Whom the worker trusts, what it shows of itself, and the way to others. */
export const TLS_SETTINGS = {
  TLS_CA_PATH: {
    parse: text,
    help:
      "File of certificate authorities (PEM) that the Build Manager, downloads and git servers are checked against, beside the usual ones",
    example: "/etc/quay-builder/ca.pem",
  },
  TLS_CA_ONLY: {
    parse: flag,
    help:
      "Whether nobody but `TLS_CA_PATH` is trusted. Deno has to be started for it, which the bundle and the images do; elsewhere the worker says how",
    example: "true",
    default: "false",
  },
  TLS_CERT_PATH: {
    parse: text,
    help:
      "File of the certificate (PEM) that the worker shows to the Build Manager; goes with `TLS_KEY_PATH`",
    example: "/etc/quay-builder/cert.pem",
  },
  TLS_KEY_PATH: {
    parse: text,
    help: "File of the private key (PEM, not encrypted) of `TLS_CERT_PATH`",
    example: "/etc/quay-builder/key.pem",
  },
  DOCKER_CERT_PATH: {
    parse: text,
    help:
      "Directory of `ca.pem`, `cert.pem` and `key.pem` for an engine at `tcp://`; with it the engine is reached over TLS, and always checked",
    example: "/etc/quay-builder/docker",
  },
  DOCKER_TLS_VERIFY: {
    parse: anything,
    help:
      "Any value: the engine at `tcp://` is reached over TLS. Without `DOCKER_CERT_PATH`, no certificate is shown",
    example: "1",
  },
  HTTP_PROXY: {
    parse: parseProxyUrl,
    help:
      "Proxy on the way to `http:` and `ws:` addresses: downloads, git, the Build Manager, an engine at `tcp://`",
    example: "http://proxy.example.com:3128",
    aliases: ["http_proxy"],
    isDenos: true,
    secret: true,
  },
  HTTPS_PROXY: {
    parse: parseProxyUrl,
    help: "The same for `https:` and `wss:` addresses",
    example: "http://proxy.example.com:3128",
    aliases: ["https_proxy"],
    isDenos: true,
    secret: true,
  },
  NO_PROXY: {
    parse: text,
    help: "Hosts that are reached without a proxy, with commas in between",
    example: "localhost,127.0.0.1,.internal",
    aliases: ["no_proxy"],
    isDenos: true,
  },
  BUILD_PROXY: {
    parse: flag,
    help:
      "Whether builds get the proxies as Docker's predefined build arguments (`HTTP_PROXY`, `http_proxy`, …). A login in their URLs is then known to every build",
    example: "true",
    default: "false",
  },
} as const satisfies SettingGroup;
