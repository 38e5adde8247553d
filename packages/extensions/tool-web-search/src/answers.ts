import { oneLine } from "@dispatch/foreign-text";
import { z } from "zod";
import { noFirecrawl } from "./firecrawl-fault.ts";

const wordsMax = 500;

/** Fields that we do not know are another version's; fields of another type are no Firecrawl's. */
const link = z.object({ url: z.string(), title: z.string().nullish(), description: z.string().nullish() });
const page = z.object({
  markdown: z.string().nullish(),
  metadata: z
    .object({ title: z.unknown(), sourceURL: z.unknown(), url: z.unknown(), statusCode: z.unknown(), error: z.unknown() })
    .partial()
    .nullish(),
});

export const searchAnswer = z.object({ web: z.array(link).nullish() });
export const mapAnswer = z.object({ links: z.array(link) });
export const pageAnswer = page;
export const startedAnswer = z.object({ id: z.string().regex(/^[\w-]{1,100}$/) });
export const crawlAnswer = z.object({
  status: z.enum(["scraping", "completed", "failed", "cancelled"]),
  completed: z.number().catch(0),
  total: z.number().catch(0),
  next: z.string().nullish(),
  data: z.array(page),
});
export type ReadPage = z.infer<typeof page>;
export type CrawlAnswer = z.infer<typeof crawlAnswer>;

/** Faults: `tool-web-search/garbled` (unavailable). */
export function readAnswer<T>(schema: z.ZodType<T>, answer: unknown): T {
  const read = schema.safeParse(answer);
  if (!read.success) throw noFirecrawl(read.error);
  return read.data;
}

/** A result as a list shows it. */
export function linkText({ url, title, description }: z.infer<typeof link>, at: number): string {
  const lines = [oneLine(title ?? "", wordsMax) || "(no title)", oneLine(url, 2_000), oneLine(description ?? "", wordsMax)];
  return `${at + 1}. ${lines.filter((line) => line !== "").join("\n   ")}`;
}

export const titleOf = ({ metadata }: ReadPage): string => (typeof metadata?.title === "string" ? metadata.title : "");
export function addressOf({ metadata }: ReadPage): string | undefined {
  const found = [metadata?.sourceURL, metadata?.url].find((one) => typeof one === "string");
  return found as string | undefined;
}
/** The status of the page itself, where it is one to tell. */
export function troubleOf({ metadata }: ReadPage): string | undefined {
  if (typeof metadata?.error === "string" && metadata.error !== "") return oneLine(metadata.error, wordsMax);
  const status = metadata?.statusCode;
  return typeof status === "number" && status >= 400 ? `the page answered with status ${status}` : undefined;
}
