import type { ConversationLog, LogEntry } from "@dispatch/conversation-store/contract";
import type { Images } from "@dispatch/images/contract";
import type { Secrets } from "@dispatch/secrets/contract";
import type { ExportedImage } from "./exported.ts";
import { tooLarge, unknownConversation } from "./faults.ts";
import { asHtml } from "./html.ts";
import { asJson } from "./json.ts";
import { asMarkdown } from "./markdown.ts";

/** What a client takes as one answer, with room for what JSON makes of it. */
const charactersMax = 24_000_000;
/** Of all images in a file together, as base64. */
const imageCharactersMax = 16_000_000;

const formats = { md: asMarkdown, json: asJson, html: asHtml };
export type Format = keyof typeof formats;

export interface ExportPorts {
  readonly log: Pick<ConversationLog, "record" | "entries" | "metrics">;
  readonly images: Images;
  readonly secrets: Pick<Secrets, "maskKnownIn">;
  readonly signal: AbortSignal;
}

/** No file holds a known secret, though a person may have written one. Faults: `conversation-export/no-conversation` (missing), `conversation-export/too-large` (limited), those of the store and of the images. */
export async function exportAs(conversationId: string, format: Format, ports: ExportPorts): Promise<{ fileName: string; text: string }> {
  const record = await ports.log.record(conversationId);
  if (record === undefined) throw unknownConversation(conversationId);
  const shown = ports.secrets.maskKnownIn(record);
  const entries = ports.secrets.maskKnownIn(await readEntries(conversationId, ports));
  const images = format === "md" ? new Map<string, ExportedImage>() : await readImages(entries, ports);
  const text = formats[format]({ record: shown, entries, metrics: await ports.log.metrics(conversationId), images });
  if (text.length > charactersMax) throw tooLarge(conversationId, charactersMax);
  return { fileName: `${safeName(shown.title)}.${format}`, text };
}

/** Given up as soon as it is too long, so that no length of a log takes the server's memory. */
async function readEntries(conversationId: string, { log, signal }: ExportPorts): Promise<readonly LogEntry[]> {
  const entries: LogEntry[] = [];
  let characters = 0;
  for await (const entry of log.entries(conversationId)) {
    signal.throwIfAborted();
    characters += JSON.stringify(entry).length;
    if (characters > charactersMax) throw tooLarge(conversationId, charactersMax);
    entries.push(entry);
  }
  return entries;
}

/** In order of the log, as far as there is room; one that is gone is left out. */
async function readImages(entries: readonly LogEntry[], { images, signal }: ExportPorts): Promise<ReadonlyMap<string, ExportedImage>> {
  const found = new Map<string, ExportedImage>();
  let characters = 0;
  for (const { chunk } of entries) {
    if (chunk.type !== "image" || found.has(chunk.url)) continue;
    signal.throwIfAborted();
    const image = await images.read(chunk.url);
    if (image === undefined) continue;
    const base64 = image.bytes.toBase64();
    if (characters + base64.length > imageCharactersMax) continue;
    characters += base64.length;
    found.set(chunk.url, { mimeType: image.mimeType, base64 });
  }
  return found;
}

const nameCharsMax = 60;
const safeName = (title: string): string =>
  title
    .normalize("NFKD")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .slice(0, nameCharsMax)
    .replace(/^-|-$/g, "") || "conversation";
