import { recordOf, stringOf } from "./_json.ts";

/** Bytes of an error's body that are looked at; an engine's are far shorter. */
const MAX_BYTES = 64 * 1024;

/** Characters that are shown of a body that is no engine's. */
const MAX_SHOWN = 500;

/** What the answer that refuses a request says. */
export interface ErrorText {
  /** `undefined` where it is a page for a browser. */
  readonly text: string | undefined;
  /** Whether it is certain to be an engine's. */
  readonly isEngines: boolean;
}

/**
 * Reads why the engine refused a request: `{"message"}` from the engine, the
 * shape of a stream's error from podman, plain text from old engines and from
 * what stands in between.
 */
export async function readErrorText(response: Response): Promise<ErrorText> {
  const text = (await readStart(response)).trim();
  const record = recordOf(parseJson(text));
  const reason = stringOf(record?.["message"]) ??
    stringOf(recordOf(record?.["errorDetail"])?.["message"]) ??
    stringOf(record?.["error"]);
  if (reason !== undefined) return { text: reason, isEngines: true };
  if (isPage(response, text)) return { text: undefined, isEngines: false };
  return {
    text: shorten(
      text || response.statusText || `HTTP status ${response.status}`,
    ),
    isEngines: response.headers.has("Api-Version"),
  };
}

function isPage({ headers }: Response, text: string): boolean {
  const isTyped = /^text\/html\b/i.test(headers.get("content-type") ?? "");
  return isTyped || /^<(!doctype|html|\?xml|!--)/i.test(text);
}

async function readStart(response: Response): Promise<string> {
  if (response.body === null) return "";
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  for await (const chunk of response.body) {
    text += decoder.decode(chunk, { stream: true });
    bytes += chunk.length;
    if (bytes >= MAX_BYTES) break;
  }
  return text + decoder.decode();
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function shorten(text: string): string {
  return text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text;
}
