import { asFault, type ModelRequest } from "@dispatch/kernel";
import type { RecordedPage } from "@dispatch/trace-replay";
import { openTraceStore, type TraceStore, TraceStoreError } from "@dispatch/trace-store";
import { promptTexts } from "@dispatch/trace-store/reading";
import { NoRecording, Unreadable } from "./faults.ts";

/** What is kept of one turn. */
export interface RecordedTurn {
  readonly turnId: string;
  /** `<credential>/<model>`; absent when the turn's span is gone. */
  readonly modelName?: string;
  /** One recording for each process that ran the turn, in order. */
  readonly recordings: readonly (readonly RecordedPage[])[];
  /** What the model was asked in each step; `undefined`: it is not kept any more. */
  prompts(): readonly (ModelRequest | undefined)[];
}

/** Reads one turn from the trace database and lets go of it. Faults: `turn-replay/no-recording`, `turn-replay/unreadable`. */
export async function withTurn<T>(path: string, turnId: string, use: (turn: RecordedTurn) => Promise<T>): Promise<T> {
  await using store = await open(path, turnId);
  const records = read(() => store.turn(turnId));
  const recordings: RecordedPage[][] = [];
  for (const record of records) {
    if (record.kind !== "log" || record.msg !== "recording") continue;
    const page = pageOf(read(() => store.body(record.id)));
    if (page.head !== undefined || recordings.length === 0) recordings.push([]);
    recordings.at(-1)?.push(page);
  }
  if (recordings.length === 0) throw new NoRecording(turnId);
  const model = records.find((record) => record.kind === "span-open" && record.name === "turn")?.attributes?.model;
  const prompts = () =>
    records.flatMap((record) =>
      record.kind === "span-open" && record.name === "prompt" ? [read(() => requestOf(store, store.body(record.id) ?? ""))] : [],
    );
  return await use({ turnId, ...(typeof model === "string" ? { modelName: model } : {}), recordings, prompts });
}

/** As the model got it; `undefined` when something of it is not kept any more. */
function requestOf(store: TraceStore, manifest: string): ModelRequest | undefined {
  const texts = promptTexts(manifest, (hash) => store.bodyByHash(hash));
  if (texts === undefined) return undefined;
  const { system, tools, messages, ...limits } = texts;
  if (system === undefined || tools === undefined || messages.includes(undefined)) return undefined;
  return { system, tools: JSON.parse(tools), messages: messages.map((text) => JSON.parse(text ?? "")), ...limits };
}

async function open(path: string, turnId: string): Promise<TraceStore> {
  try {
    return await openTraceStore(path, { readonly: true });
  } catch (thrown) {
    if (thrown instanceof TraceStoreError && thrown.code === "trace-store/missing") throw new NoRecording(turnId);
    throw new Unreadable(`The trace database cannot be read: ${asFault(thrown).message}.`, thrown);
  }
}

function read<T>(work: () => T): T {
  try {
    return work();
  } catch (thrown) {
    throw new Unreadable("The trace database cannot be read.", thrown);
  }
}

function pageOf(body: string | undefined): RecordedPage {
  try {
    const page: RecordedPage = JSON.parse(body ?? "");
    if (page.v === 1) return page;
  } catch {
    // Told below, like a page of a newer form.
  }
  throw new Unreadable("A page of the recording is not kept any more, or cannot be read.");
}
