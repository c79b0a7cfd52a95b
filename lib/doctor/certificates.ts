import type { Mistake } from "../config/config.ts";
import {
  type Check,
  type Circumstances,
  type Finding,
  ok,
  warning,
  wrong,
} from "./check.ts";

/** Certificates that end sooner than this are worth a word, in days. */
const SOON = 14;

/** Whether the certificates that settings name can be used, and for how long. */
export const CERTIFICATES: Check = {
  name: "certificates",
  async *look({ tls, tlsMistakes }) {
    yield* tlsMistakes.map(toFinding);
    const files = certificatesOf(tls);
    for (const [setting, text] of files) yield* await judge(setting, text);
    if (files.length === 0 && tlsMistakes.length === 0) {
      yield ok(
        "none are named; those of the system and of Mozilla are trusted",
      );
    }
  },
};

function toFinding({ source, problem }: Mistake): Finding {
  return wrong(`${source}: ${problem}`, `Correct the file, or ${source}`);
}

/** Every certificate in use, in PEM, by the setting that names its file. */
function certificatesOf(
  { manager, engine }: Circumstances["tls"],
): (readonly [setting: string, text: string])[] {
  const isEnginesOwn = engine.authorities !== manager.authorities;
  return [
    ["TLS_CA_PATH", manager.authorities],
    ["TLS_CERT_PATH", manager.identity?.certificates],
    ["DOCKER_CERT_PATH", isEnginesOwn ? engine.authorities : undefined],
    ["DOCKER_CERT_PATH", engine.identity?.certificates],
  ].flatMap(([setting, text]) =>
    setting === undefined || text === undefined
      ? []
      : [[setting, text] as const]
  );
}

async function judge(setting: string, text: string): Promise<Finding[]> {
  const { X509Certificate } = await import("node:crypto");
  const blocks = text.match(
    /-----BEGIN [^-]*CERTIFICATE-----.*?-----END [^-]*CERTIFICATE-----/gs,
  );
  return (blocks ?? []).map((block) => {
    const { subject, validFrom, validTo } = new X509Certificate(block);
    const name = `${setting}: ${subject.replaceAll("\n", ", ")}`;
    const days = (Date.parse(validTo) - Date.now()) / 86_400_000;
    if (Date.parse(validFrom) > Date.now()) {
      return wrong(
        `${name} is not valid before ${validFrom}`,
        "Check this machine's clock",
      );
    }
    if (days < 0) {
      return wrong(`${name} has expired on ${validTo}`, "Have it renewed");
    }
    return days < SOON
      ? warning(`${name} expires on ${validTo}`, "Have it renewed soon")
      : ok(`${name} is valid until ${validTo}`);
  });
}
