import { languageOf } from "./languages.ts";

/** What is longer is shown without colours. */
export const highlightCharsMax = 60_000;
const keptMax = 200;

const kept = new Map<string, Promise<string | undefined>>();
const waiting = new Map<number, (html: string | undefined) => void>();
let worker: Worker | undefined;
let asked = 0;

/** The code as safe HTML with a class for each kind of token; `undefined` for a language that nobody knows. Done beside the page, so that it never waits. */
export function highlight(code: string, name: string): Promise<string | undefined> {
  const language = languageOf(name);
  if (language === undefined || code.length > highlightCharsMax) return Promise.resolve(undefined);
  const key = `${language}\n${code}`;
  const known = kept.get(key);
  if (known !== undefined) return known;
  const answer = ask(code, language);
  kept.set(key, answer);
  const [oldest] = kept.keys();
  if (kept.size > keptMax && oldest !== undefined) kept.delete(oldest);
  return answer;
}

function ask(code: string, language: string): Promise<string | undefined> {
  worker ??= started();
  asked += 1;
  const id = asked;
  worker.postMessage({ id, code, language });
  return new Promise((resolve) => waiting.set(id, resolve));
}

function started(): Worker {
  const made = new Worker(new URL("./highlighter.ts", import.meta.url), { type: "module" });
  made.onmessage = ({ data }: MessageEvent<{ id: number; html?: string }>) => {
    waiting.get(data.id)?.(data.html);
    waiting.delete(data.id);
  };
  made.onerror = () => {
    for (const resolve of waiting.values()) resolve(undefined);
    waiting.clear();
  };
  return made;
}
