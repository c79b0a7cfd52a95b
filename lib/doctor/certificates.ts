import type { Mistake } from "../config/config_error.ts";
import { usualAuthorities } from "./_usual_authorities.ts";
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
  async *look({ tls, tlsMistakes, get }) {
    yield* tlsMistakes.map(toFinding);
    const files = filesOf(tls);
    for (const { setting, text, isTrusted } of files) {
      const certificates = await readCertificates(text);
      yield* isTrusted && certificates.length > 1
        ? judgeTogether(setting, certificates)
        : certificates.map((certificate) => judge(setting, certificate));
    }
    if (files.length === 0 && tlsMistakes.length === 0) {
      yield ok(
        `none are named: ${usualAuthorities(get)}, and by git the system's`,
      );
    }
  },
};

function toFinding({ source, problem }: Mistake): Finding {
  return wrong(`${source}: ${problem}`, `Correct the file, or ${source}`);
}

/** A file of certificates in use. */
interface CertificateFile {
  /** What names it. */
  readonly setting: string;
  /** In PEM. */
  readonly text: string;
  /** Whether it holds whom to trust, and not what to show. */
  readonly isTrusted: boolean;
}

function filesOf({ manager, engine }: Circumstances["tls"]): CertificateFile[] {
  const isEnginesOwn = engine.authorities !== manager.authorities;
  const enginesOwn = isEnginesOwn ? engine.authorities : undefined;
  return ([
    ["TLS_CA_PATH", manager.authorities, true],
    ["TLS_CERT_PATH", manager.identity?.certificates, false],
    ["DOCKER_CERT_PATH", enginesOwn, true],
    ["DOCKER_CERT_PATH", engine.identity?.certificates, false],
  ] as const).flatMap(([setting, text, isTrusted]) =>
    text === undefined ? [] : [{ setting, text, isTrusted }]
  );
}

interface Certificate {
  /** The subject on one line. */
  readonly name: string;
  /** As it is written in the certificate. */
  readonly validFrom: string;
  readonly validTo: string;
  readonly state: "not_yet_valid" | "expired" | "expires_soon" | "valid";
}

async function readCertificates(text: string): Promise<Certificate[]> {
  const { X509Certificate } = await import("node:crypto");
  const blocks = text.match(
    /-----BEGIN [^-]*CERTIFICATE-----.*?-----END [^-]*CERTIFICATE-----/gs,
  );
  return (blocks ?? []).map((block) => {
    const { subject, validFrom, validTo } = new X509Certificate(block);
    const days = (Date.parse(validTo) - Date.now()) / 86_400_000;
    const state = Date.parse(validFrom) > Date.now()
      ? "not_yet_valid"
      : days < 0
      ? "expired"
      : days < SOON
      ? "expires_soon"
      : "valid";
    return { name: subject.replaceAll("\n", ", "), validFrom, validTo, state };
  });
}

function judge(
  setting: string,
  { name, validFrom, validTo, state }: Certificate,
): Finding {
  const shown = `${setting}: ${name}`;
  switch (state) {
    case "not_yet_valid":
      return wrong(
        `${shown} is not valid before ${validFrom}`,
        "Check this machine's clock",
      );
    case "expired":
      return wrong(`${shown} has expired on ${validTo}`, "Have it renewed");
    case "expires_soon":
      return warning(`${shown} expires on ${validTo}`, "Have it renewed soon");
    case "valid":
      return ok(`${shown} is valid until ${validTo}`);
  }
}

/**
 * Judges authorities that are trusted side by side, which may be all that a
 * system knows: one that has expired is in nobody's way.
 */
function judgeTogether(
  setting: string,
  certificates: readonly Certificate[],
): Finding[] {
  const count = certificates.length;
  const valid = certificates.filter(({ state }) =>
    state === "valid" || state === "expires_soon"
  );
  if (valid.length === 0) {
    return certificates.map((certificate) => judge(setting, certificate));
  }
  const ends = valid.map(({ validTo }) => validTo);
  const first = ends.reduce((one, other) =>
    Date.parse(other) < Date.parse(one) ? other : one
  );
  const good = ok(
    `${setting}: ${valid.length} of ${count} authorities are valid, the first of them until ${first}`,
  );
  if (valid.length === count) return [good];
  const others = certificates.filter((certificate) =>
    !valid.includes(certificate)
  );
  return [
    good,
    warning(
      `${setting}: ${
        others.map(({ name }) => name).join("; ")
      }: expired, or not valid yet`,
      "If one of them vouches for a server of yours, add its successor",
    ),
  ];
}
