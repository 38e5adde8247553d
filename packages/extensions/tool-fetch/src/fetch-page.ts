import type { Answer, EgressGuard } from "@dispatch/egress-guard";
import { foreignText, oneLine, plainText } from "@dispatch/foreign-text";
import { fault } from "@dispatch/kernel";
import { decodeText } from "./decode-text.ts";
import type { MarkdownWorker } from "./markdown-worker.ts";
import { formOf, formOfBytes, parseMediaType } from "./media-type.ts";

const timeoutMs = 30_000;
const bytesMax = 10 * 1024 * 1024;
const errorCharactersMax = 2_000;
const sourceCharactersMax = 1_000;

export interface Page {
  /** After every redirect. */
  readonly url: string;
  readonly title: string;
  readonly text: string;
  /** As the server says it; "" when it says nothing. */
  readonly mediaType: string;
  readonly isWhole: boolean;
}

const accept = "text/markdown, text/html, application/xhtml+xml, application/json;q=0.9, text/*;q=0.8, application/xml;q=0.7, */*;q=0.1";
const headers = { accept, "user-agent": "Mozilla/5.0 (compatible; Dispatch/1.0)" };

/** Faults: those of the guard, `tool-fetch/status` (invalid) for an answer that is none, `tool-fetch/no-text` (invalid), `tool-fetch/tangled` (limited). */
export async function fetchPage(url: string, guard: EgressGuard, worker: MarkdownWorker, signal: AbortSignal): Promise<Page> {
  const limits = { timeoutMs, receivedBytesMax: bytesMax, bodyBytesMax: bytesMax };
  using answer = await guard.get(url, { signal, headers, ...limits });
  const page = await readPage(answer, worker, signal);
  if (answer.status < 200 || answer.status > 299) throw badStatus(answer, page.text);
  return page;
}

async function readPage(answer: Answer, worker: MarkdownWorker, signal: AbortSignal): Promise<Page> {
  const type = parseMediaType(answer.header("content-type"));
  const said = formOf(type);
  if (said === "other") throw noText(answer, type.name);
  const { bytes, isWhole } = await answer.body();
  const form = said === "unsaid" ? formOfBytes(bytes) : said;
  if (form === "other") throw noText(answer, type.name);
  const text = decodeText(bytes, type);
  const { url } = answer;
  if (form === "text") return { url, title: "", text: plainText(text), mediaType: type.name, isWhole };
  const converted = await worker.convert({ html: text, url }, signal);
  return { url, title: converted.title, text: plainText(converted.markdown), mediaType: type.name, isWhole: isWhole && converted.isWhole };
}

function badStatus({ url, status }: Answer, text: string) {
  const advice = status === 404 || status === 410 ? "Check the URL, or look for the page elsewhere." : "Try again later, or another page.";
  const source = oneLine(url, sourceCharactersMax);
  const beginning = text.trim().slice(0, errorCharactersMax).toWellFormed();
  const said = beginning === "" ? "" : `\n${foreignText({ source, text: beginning, offset: 0, isWhole: beginning === text.trim() })}`;
  return fault("invalid", "tool-fetch/status", `${source} answers with status ${status}. ${advice}${said}`, { data: { status } });
}

function noText({ url, status }: Answer, type: string) {
  const what = type === "" ? "no text" : type.slice(0, 100);
  const message = `${oneLine(url, sourceCharactersMax)} is ${what} (status ${status}). Only HTML, text and JSON can be read. Look for the same as a web page.`;
  return fault("invalid", "tool-fetch/no-text", message);
}
