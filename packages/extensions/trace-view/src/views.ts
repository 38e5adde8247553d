import type { TraceStore, TurnSummary } from "@dispatch/trace-store";
import { type PromptTexts, promptDifference, promptEntries, promptTexts, tracedPrompts } from "@dispatch/trace-store/reading";
import {
  type diffTraces,
  type listTraces,
  promptEntryCharsMax,
  type showTrace,
  type traceBody,
  type tracePrompt,
  traceTextCharsMax,
} from "@dispatch/transport-contract";
import type { z } from "zod";
import { NoPrompt, NoText, NoTurn } from "./faults.ts";
import { spanRows } from "./span-rows.ts";
import { look } from "./trace-database.ts";

type Input<O extends { readonly input: z.ZodType }> = z.output<O["input"]>;
type Output<O extends { readonly output: z.ZodType }> = z.output<O["output"]>;

const turnsDefault = 50;
const shownStepsMax = 200;

export const turnList = (path: string, input: Input<typeof listTraces>): Promise<Output<typeof listTraces>> =>
  look(
    path,
    (store) => turnsIn(store, input),
    () => ({ turns: [] }),
  );

function turnsIn(store: TraceStore, input: Input<typeof listTraces>): Output<typeof listTraces> {
  const { show = "newest", conversationId, since, before, limit = turnsDefault } = input;
  const turns = store.turns({
    limit,
    order: show === "slowest" ? "slowest" : "newest",
    failed: show === "failed",
    ...(conversationId === undefined ? {} : { conversationId }),
    ...(since === undefined ? {} : { since }),
    ...(before === undefined ? {} : { before }),
  });
  return { turns: turns.map(turnOf) };
}

export const turnTree = (path: string, turnId: string): Promise<Output<typeof showTrace>> =>
  lookAt(path, turnId, (store) => {
    const records = store.turn(turnId);
    const [first] = records;
    if (first === undefined) throw new NoTurn(turnId);
    const rows = spanRows(records);
    const root = rows.spans.find(({ kind, name }) => kind === "span" && name === "turn");
    const { conversationId } = first;
    const head: TurnSummary = {
      turnId,
      spanId: root?.id ?? "",
      ...(conversationId === undefined ? {} : { conversationId }),
      startedAt: root?.startedAt ?? first.timestamp,
      ...(root?.durationMs === undefined ? {} : { durationMs: root.durationMs, status: root.state === "error" ? "error" : "ok" }),
      attributes: root?.attributes ?? {},
    };
    return { ...turnOf(head), ...rows };
  });

export const body = (path: string, { turnId, recordId, from = 0 }: Input<typeof traceBody>): Promise<Output<typeof traceBody>> =>
  lookAt(path, turnId, (store) => {
    const text = store.turn(turnId).some(({ id }) => id === recordId) ? store.body(recordId) : undefined;
    if (text === undefined) throw new NoText();
    const end = from + traceTextCharsMax;
    return { text: text.slice(from, end).toWellFormed(), chars: text.length, ...(end < text.length ? { next: end } : {}) };
  });

export const prompt = (path: string, { turnId, step, from = 0 }: Input<typeof tracePrompt>): Promise<Output<typeof tracePrompt>> =>
  lookAt(path, turnId, (store) => {
    const { texts } = promptAt(store, turnId, step);
    const all = promptEntries(texts);
    const entries: Output<typeof tracePrompt>["entries"][number][] = [];
    let chars = 0;
    for (const entry of all.slice(from)) {
      if (chars >= traceTextCharsMax) break;
      const text = entry.text.slice(0, promptEntryCharsMax).toWellFormed();
      const about = entry.about.slice(0, promptEntryCharsMax).toWellFormed();
      entries.push({ ...entry, about, text, chars: entry.text.length });
      chars += text.length + about.length;
    }
    const next = from + entries.length;
    const { outputTokensMax, reasoningEffort } = texts;
    return {
      turnId,
      step,
      ...(outputTokensMax === undefined ? {} : { outputTokensMax }),
      ...(reasoningEffort === undefined ? {} : { reasoningEffort }),
      entries,
      total: all.length,
      ...(next < all.length ? { next } : {}),
    };
  });

export const difference = (path: string, input: Input<typeof diffTraces>): Promise<Output<typeof diffTraces>> =>
  lookAt(path, input.turnId, (store) => {
    const { turnId, step = "last", otherTurnId = turnId, otherStep = "first" } = input;
    const [first, second] = [promptAt(store, turnId, step), promptAt(store, otherTurnId, otherStep)];
    const { sharedBytes, bytes, at } = promptDifference(promptEntries(first.texts), promptEntries(second.texts));
    return {
      first: { turnId, step: first.step },
      second: { turnId: otherTurnId, step: second.step },
      same: at === undefined,
      sharedBytes,
      firstBytes: bytes[0],
      secondBytes: bytes[1],
      ...(at === undefined ? {} : { at }),
    };
  });

const lookAt = <T>(path: string, turnId: string, at: (store: TraceStore) => T): Promise<T> =>
  look(path, at, () => {
    throw new NoTurn(turnId);
  });

function promptAt(
  store: TraceStore,
  turnId: string,
  which: number | "first" | "last",
): { readonly step: number; readonly texts: PromptTexts } {
  const records = store.turn(turnId);
  if (records.length === 0) throw new NoTurn(turnId);
  const prompts = tracedPrompts(records);
  const found = typeof which === "number" ? prompts.find(({ step }) => step === which) : prompts.at(which === "first" ? 0 : -1);
  if (found === undefined)
    throw new NoPrompt(
      turnId,
      prompts.slice(0, shownStepsMax).map(({ step }) => step),
    );
  const texts = promptTexts(store.body(found.recordId) ?? "", (hash) => store.bodyByHash(hash));
  if (texts === undefined) throw new NoText();
  return { step: found.step, texts };
}

function turnOf({
  turnId,
  conversationId,
  startedAt,
  durationMs,
  status,
  attributes,
}: TurnSummary): Output<typeof listTraces>["turns"][number] {
  const text = (name: string) => (typeof attributes[name] === "string" ? attributes[name] : undefined);
  const number = (name: string) => (typeof attributes[name] === "number" ? attributes[name] : undefined);
  return known({
    turnId,
    conversationId,
    model: text("model"),
    startedAt,
    durationMs,
    status,
    finishReason: text("finishReason"),
    steps: number("steps"),
    inputTokens: number("usage.inputTokens"),
    outputTokens: number("usage.outputTokens"),
    cacheReadTokens: number("usage.cacheReadTokens"),
  });
}

type Known<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
};
const known = <T extends object>(fields: T): Known<T> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Known<T>;
