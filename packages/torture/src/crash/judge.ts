import type { ModelServer } from "@dispatch/testkit";
import type { AgentEvent, StoredChunk } from "@dispatch/wire";
import { type Api, allowWaiting, conversationsOf, type Reading, readConversation } from "../api.ts";
import { wholeness } from "./model-view.ts";
import { asideId, type Scene } from "./scene.ts";
import type { Testimony } from "./testimony.ts";
import { brokenPromises, lostSights } from "./was-kept.ts";

const settleMs = 500;
/** More than anybody waits for a judgement. */
const settleLooksMax = 400;
export const lastPrompt = "Go on now.";

/** Holds a server that was taken up to the invariants of the design, and to what people saw of the one before. Gives every sentence that is not true. */
export async function judge(api: Api, model: ModelServer, scene: Scene, testimony: Testimony): Promise<readonly string[]> {
  const before = model.requests.length;
  const wrong: string[] = [];
  const known = new Set((await conversationsOf(api)).map(({ id }) => id));
  for (const id of scene.conversations) {
    const asked: string[] = [];
    const reading = known.has(id) || wasPromised(testimony, id) ? await settled(api, id, asked) : nothing;
    wrong.push(...askedAgain(testimony, asked));
    wrong.push(...judgeLog(reading, scene).map((why) => `${id}: ${why}`));
    wrong.push(...lostSights(testimony, id, reading), ...brokenPromises(testimony, id, reading));
    wrong.push(...(await judgeNextTurn(api, scene, id, reading)).map((why) => `${id}, the next turn: ${why}`));
  }
  wrong.push(...model.requests.slice(before).flatMap(wholeness));
  if (scene.folds === true) wrong.push(...(await judgeArchives(api, scene)));
  return wrong;
}

/** Of a conversation of which nobody knows anything: only that a turn can begin there. */
const nothing: Reading = { chunks: [], turns: [], status: "idle", queue: [] };

const wasPromised = ({ watchers, promises }: Testimony, id: string): boolean =>
  watchers.some(({ conversationId, events }) => conversationId === id && events.some(({ type }) => type === "user-message")) ||
  promises.some(({ kind, conversationId }) => conversationId === id && kind === "queued");

const askedAgain = ({ promises }: Testimony, asked: readonly string[]): readonly string[] =>
  promises.flatMap((promise) =>
    promise.kind === "allowed" && asked.includes(promise.toolCallId) ? [`${promise.toolCallId} was allowed and is asked for again`] : [],
  );

/** Waits for the turn that was taken up and for those that the queue opens behind it; whatever they ask for is allowed. */
async function settled(api: Api, id: string, asked: string[] = []): Promise<Reading> {
  for (let look = 0; look < settleLooksMax; look++) {
    const { settled: isSettled } = await api.get<{ settled?: false }>(`/conversations/${id}/last?timeoutMs=${settleMs}`);
    asked.push(...(await allowWaiting(api, id)));
    if (isSettled === false) continue;
    const reading = await readConversation(api, id);
    const isOver = reading.status === "idle" || reading.status === "closed";
    if (isOver) return reading;
  }
  throw new Error(`${id} does not settle`);
}

function judgeLog({ chunks, turns, status }: Reading, { steers, folds }: Scene): readonly string[] {
  const wrong: string[] = [];
  if (chunks.some(({ seq }, index) => seq !== index + 1)) wrong.push(`seq runs ${chunks.map(({ seq }) => seq).join()}`);
  const ids = chunks.map(({ messageId }) => messageId).filter((id, index, all) => id !== all[index - 1]);
  if (new Set(ids).size !== ids.length) wrong.push("a message is torn in two");
  wrong.push(...callsWithoutResults(chunks));
  const names = turns.map(({ turnId }) => turnId);
  if (new Set(names).size !== names.length) wrong.push(`a turn has two rows of metrics: ${names.join()}`);
  const users = new Set(chunks.filter(({ role }) => role === "user").map(({ messageId }) => messageId)).size;
  if (names.length > users) wrong.push(`${users} prompts have ${names.length} rows of metrics`);
  if (steers !== true && folds !== true && names.length !== users) wrong.push(`${users} prompts have ${names.length} rows of metrics`);
  if (status !== "idle" && status !== "closed") wrong.push(`its status is ${status}`);
  return wrong;
}

/** In the log as in a request: the results of a message's calls stand directly behind it, in their order. */
function callsWithoutResults(chunks: readonly StoredChunk[]): readonly string[] {
  const wrong: string[] = [];
  for (const [index, { chunk, messageId }] of chunks.entries()) {
    if (chunk.type !== "tool-call" || chunks[index - 1]?.chunk.type === "tool-call") continue;
    const message = chunks.filter((other) => other.messageId === messageId);
    const calls = message.flatMap(({ chunk: own }) => (own.type === "tool-call" ? [own.toolCallId] : []));
    const end = chunks.findLastIndex((other) => other.messageId === messageId);
    const behind = chunks
      .slice(end + 1, end + 1 + calls.length)
      .map(({ chunk: own }) => (own.type === "tool-result" ? own.toolCallId : own.type));
    if (behind.join() !== calls.join()) wrong.push(`calls ${calls.join()} are followed by ${behind.join()}`);
  }
  return wrong;
}

async function judgeNextTurn(api: Api, scene: Scene, id: string, before: Reading): Promise<readonly string[]> {
  const events = await api.chat({ conversationId: id, message: lastPrompt });
  const done = events.find((event): event is Extract<AgentEvent, { type: "done" }> => event.type === "done");
  const wrong: string[] = [];
  if (events.at(-1)?.type !== "turn-sealed") wrong.push(`it ended with ${events.at(-1)?.type}`);
  if (done?.reason !== "stop") wrong.push(`it was done by ${done?.reason}: ${JSON.stringify(events.find(({ type }) => type === "error"))}`);
  const { chunks } = await settled(api, id);
  const kept = chunks.slice(0, before.chunks.length);
  if (JSON.stringify(kept) !== JSON.stringify(before.chunks)) wrong.push("what stood in the log before it was changed");
  if (scene.folds !== true && chunks.some(({ seq }, index) => seq !== index + 1)) wrong.push("seq has holes behind it");
  return wrong;
}

/** Compacted with every archive, or not at all: as many archives as summaries, each the log as it was before its summary. */
async function judgeArchives(api: Api, { conversations }: Scene): Promise<readonly string[]> {
  const listed = await conversationsOf(api);
  const wrong: string[] = [];
  for (const id of conversations) {
    const { chunks } = await readConversation(api, id);
    const summaries = chunks.filter(({ role }) => role === "system");
    const archives = listed.filter((other) => !conversations.includes(other.id) && other.id !== asideId);
    if (conversations.length === 1 && archives.length !== summaries.length)
      wrong.push(`${summaries.length} summaries have ${archives.length} archives`);
    const from = listed.find((meta) => meta.id === id)?.compactedFrom;
    if ((from === undefined) !== (summaries.length === 0))
      wrong.push(`${id} has ${summaries.length} summaries and ${from === undefined ? "no archive" : "one"}`);
    if (from === undefined) continue;
    const archive = await readConversation(api, from);
    const latest = summaries.at(-1)?.seq ?? 0;
    if (JSON.stringify(archive.chunks) !== JSON.stringify(chunks.slice(0, latest - 1)))
      wrong.push(`the archive of ${id} is not the log before its summary`);
  }
  return wrong;
}
