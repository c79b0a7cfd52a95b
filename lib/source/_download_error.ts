import { BuildFailure } from "../build/failure.ts";
import { TimeLimitError } from "../time/watchdog.ts";
import { explainTlsFailure, type TlsFailureKind } from "../tls/failure.ts";
import { maskUrls, stripControls } from "./_text.ts";

/** Why one try to download something failed; says nothing secret. */
export class DownloadError extends Error {
  override readonly name = "DownloadError";
  /** Whether another try may help. */
  readonly retriable: boolean;

  constructor(message: string, options: { retriable: boolean }) {
    super(message);
    this.retriable = options.retriable;
  }
}

/** Bytes of an error's body that are looked at. */
const MAX_BODY = 16 * 1024;
/** Characters of a store's own words that are shown. */
const MAX_DETAIL = 300;
/** Answers that may be another one the next time (RFC 9110, RFC 6585). */
const PASSING = new Set([408, 429, 500, 502, 503, 504]);

/**
 * Explains an answer that is no package; reads its body.
 *
 * @param options.redact takes secrets out of the server's words
 */
export async function toStatusError(
  response: Response,
  { redact = (text) => text }: {
    readonly redact?: ((text: string) => string) | undefined;
  } = {},
): Promise<DownloadError> {
  const { status, statusText } = response;
  const parts = [`the server answered ${status} ${statusText}`.trimEnd()];
  const detail = detailOf(await readStart(response), redact);
  if (detail) parts.push(detail);
  if ([401, 403, 404, 410].includes(status)) {
    parts.push(
      "the package is gone or its link has expired: start a new build",
    );
  }
  return new DownloadError(parts.join(": "), {
    retriable: PASSING.has(status),
  });
}

async function readStart(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk, { stream: true });
    if (text.length >= MAX_BODY) break;
  }
  return text;
}

/** What S3, and stores that speak like it, say of an error in XML. */
function detailOf(body: string, redact: (text: string) => string): string {
  return ["Code", "Message"]
    .map((tag) => new RegExp(`<${tag}>([^<]*)</${tag}>`).exec(body)?.[1])
    .filter((text) => text !== undefined && text !== "")
    .map((text) => stripControls(withoutEntities(text ?? "")))
    .map((text) => redact(maskUrls(text)))
    .map((text) => text.slice(0, MAX_DETAIL))
    .join(": ");
}

/** What the entities of XML 1.0 (section 4.6) stand for. */
const ENTITIES: Readonly<Record<string, string>> = {
  "&lt;": "<",
  "&gt;": ">",
  "&amp;": "&",
  "&apos;": "'",
  "&quot;": '"',
};

/** A secret is known as it is, and not as XML writes it. */
function withoutEntities(text: string): string {
  return text.replace(/&\w+;/g, (entity) => ENTITIES[entity] ?? entity)
    .replace(/&#(\d{1,7});/g, (_, code) => character(Number(code)))
    .replace(
      /&#x([\da-f]{1,6});/gi,
      (_, code) => character(parseInt(code, 16)),
    );
}

function character(code: number): string {
  return code <= 0x10ffff ? String.fromCodePoint(code) : "\ufffd";
}

/**
 * The runtime's words for what breaks a connection (Deno 2.9: hyper's error,
 * then the operating system's), what they mean, and whether it may pass.
 */
const CAUSES: readonly (readonly [RegExp, string, boolean])[] = [
  [
    /dns error/,
    "the server's name does not resolve, the operator of this worker has to look at its name resolution",
    true,
  ],
  [
    /tunnel|proxy/i,
    "the proxy does not connect to the server, the operator of this worker has to look at HTTP_PROXY, HTTPS_PROXY and NO_PROXY",
    true,
  ],
  [
    /Connection refused/,
    "the server accepts no connection, it may be down, or a firewall stands between: try again later",
    true,
  ],
  [
    /closed|reset|broken pipe|reading a body/i,
    "the connection broke before all was there",
    true,
  ],
];

/** What only the operator can do about TLS, for those who read the build's log. */
const OPERATORS_ADVICE: Readonly<Partial<Record<TlsFailureKind, string>>> = {
  unknown_authority:
    ", the operator of this worker may have to add its CA with TLS_CA_PATH",
  not_yet_valid: ", the operator of this worker may have to set its clock",
};

/**
 * Explains why `fetch`, or reading a body, failed. The runtime's error is left
 * out: it holds the URL.
 *
 * @param proxy `host:port` of the proxy on the way, if there is one
 */
export function toTransferError(
  error: unknown,
  proxy?: string,
): DownloadError {
  if (error instanceof Deno.errors.NotCapable) {
    return new DownloadError(`Deno lacks a permission: ${error.message}`, {
      retriable: false,
    });
  }
  const inner = error instanceof Error && error.cause instanceof Error
    ? error.cause
    : error;
  const text = inner instanceof Error ? inner.message : String(inner);
  const words = maskUrls(
    text.replace(/^error sending request.*?: (?=client error)/, ""),
  );
  const tls = explainTlsFailure(words);
  if (tls !== undefined) {
    return new DownloadError(
      `${tls.meaning}${OPERATORS_ADVICE[tls.kind] ?? ""}: ${words}`,
      { retriable: false },
    );
  }
  // A proxy looks names up itself: what failed is the way to the proxy.
  if (proxy !== undefined && /dns error|tcp connect error/.test(words)) {
    return new DownloadError(
      `the proxy "${proxy}" on the way cannot be reached, the operator of this worker has to look at HTTP_PROXY, HTTPS_PROXY and NO_PROXY: ${words}`,
      { retriable: true },
    );
  }
  const cause = CAUSES.find(([pattern]) => pattern.test(words));
  const message = cause ? `${cause[1]}: ${words}` : words;
  return new DownloadError(message, { retriable: cause?.[2] ?? false });
}

/** The failure of a build whose package cannot be downloaded from `host`. */
export function toDownloadFailure(
  error: DownloadError | TimeLimitError,
  host: string,
): BuildFailure {
  const hint = error instanceof TimeLimitError && error.limit === "idle"
    ? ": the operator of this worker can allow more with DOWNLOAD_IDLE_TIMEOUT"
    : "";
  return new BuildFailure(
    "build_package_issue",
    `Cannot load the build package from "${host}": ${error.message}${hint}`,
    { cause: error },
  );
}
