import { oneLine, plainText } from "@dispatch/foreign-text";
import { z } from "zod";

/** The text goes into blocks of so many seconds, each with the time at which it begins. */
const blockSeconds = 30;
const titleCharactersMax = 300;

export interface Transcript {
  readonly text: string;
  readonly title: string;
  /** "" when the service does not say. */
  readonly language: string;
  readonly isTimed: boolean;
}

const seconds = z.number().nonnegative().finite();
const segment = z.object({ text: z.string(), start: seconds.optional() });
const said = { title: z.string().nullish(), language: z.string().nullish(), lang: z.string().nullish() };
const answer = z.union([
  z.object({ ...said, segments: z.array(segment).min(1) }),
  z.object({ ...said, transcript: z.array(segment).min(1) }),
  z.object({ ...said, text: z.string() }),
  z.object({ ...said, transcript: z.string() }),
  z.array(segment).min(1),
]);

/** What the service sent, as JSON of one of the contract's shapes or as plain text; `undefined` when it is neither. */
export function readTranscript(body: string, mediaType: string): Transcript | undefined {
  if (/\bjson\b/.test(mediaType)) return fromJson(body);
  if (/^text\/(plain|markdown)\b/.test(mediaType)) return { text: plainText(body).trim(), title: "", language: "", isTimed: false };
  return undefined;
}

function fromJson(body: string): Transcript | undefined {
  const read = answer.safeParse(parsed(body));
  if (!read.success) return undefined;
  const data = Array.isArray(read.data) ? { segments: read.data } : read.data;
  const parts = "segments" in data ? data.segments : "text" in data ? data.text : data.transcript;
  const { title, language, lang } = data as {
    readonly title?: string | null;
    readonly language?: string | null;
    readonly lang?: string | null;
  };
  const isTimed = typeof parts !== "string" && parts.every(({ start }) => start !== undefined);
  return {
    text: plainText(typeof parts === "string" ? parts : isTimed ? timed(parts) : parts.map(({ text }) => text).join("\n")).trim(),
    title: oneLine(title ?? "", titleCharactersMax),
    language: oneLine(language ?? lang ?? "", 40),
    isTimed,
  };
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

function timed(segments: readonly z.infer<typeof segment>[]): string {
  const blocks: { readonly start: number; readonly words: string[] }[] = [];
  for (const { text, start = 0 } of segments) {
    const words = text.replace(/\s+/g, " ").trim();
    const last = blocks.at(-1);
    if (last === undefined || start >= last.start + blockSeconds || start < last.start) blocks.push({ start, words: [words] });
    else last.words.push(words);
  }
  return blocks.map(({ start, words }) => `[${timestamp(start)}] ${words.filter((one) => one !== "").join(" ")}`).join("\n");
}

/** `1:02:03`, or `2:03` within the first hour. */
export function timestamp(start: number): string {
  const whole = Math.floor(start);
  const [hours, minutes, rest] = [Math.floor(whole / 3_600), Math.floor(whole / 60) % 60, whole % 60];
  const two = (value: number) => String(value).padStart(2, "0");
  return hours > 0 ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}
