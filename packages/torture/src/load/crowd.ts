import { pacedModel, type Server } from "@dispatch/bench";
import { type CrowdSocket, connectCrowdSocket } from "./crowd-socket.ts";
import { StreamCheck } from "./stream-check.ts";

export interface CrowdOptions {
  readonly server: Server;
  /** Turns at once, each in a conversation of its own. */
  readonly turns: number;
  /** WebSocket clients; each watches one of the conversations. */
  readonly sockets: number;
  readonly turnMs: number;
  /** Ends the crowd: turns that run are waited for. */
  readonly signal: AbortSignal;
}

export interface CrowdCounts {
  turns: number;
  /** Turns that a client has watched from the first delta to the seal. */
  watched: number;
  frames: number;
  readonly failures: string[];
}

const deltaMs = 500;
/** A conversation is left for a new one after so many turns: nobody's history grows for ever, and what the server keeps of idle ones is soon full. */
const turnsOfConversation = 2;
const failuresMax = 50;

/** People who talk and people who watch, until the signal. Half of the turns are sent over HTTP, half over a WebSocket. */
export async function runCrowd(options: CrowdOptions, counts: CrowdCounts): Promise<void> {
  const { server, sockets, turns } = options;
  const port = Number(new URL(server.url).port);
  const clients: CrowdSocket[] = [];
  for (let opened = 0; opened < sockets; opened += connectsAtOnce) {
    const more = Array.from({ length: Math.min(connectsAtOnce, sockets - opened) }, () => connectCrowdSocket(port));
    clients.push(...(await Promise.all(more)));
  }
  await Promise.all(
    Array.from({ length: turns }, (_, lane) =>
      talk(
        lane,
        clients.filter((_, at) => at % turns === lane),
        options,
        counts,
      ),
    ),
  );
  const lost = clients.filter(({ open }) => !open).length;
  if (lost > 0) fail(counts, `${lost} of ${sockets} sockets were closed by the server`);
  for (const client of clients) client.close();
}

const connectsAtOnce = 100;

async function talk(lane: number, watchers: readonly CrowdSocket[], options: CrowdOptions, counts: CrowdCounts): Promise<void> {
  const { server, turns, turnMs, signal } = options;
  // Eased in: turns begin one after another, and so end at different times for good.
  await aborted(signal, (lane * turnMs) / turns);
  for (let round = 0; !signal.aborted; round++) {
    const conversationId = `lane-${lane}-${round}`;
    for (const watcher of watchers) watcher.send({ type: "chat.subscribe", conversationId });
    for (let turn = 0; turn < turnsOfConversation && !signal.aborted; turn++)
      await oneTurn(conversationId, lane, watchers, options, counts);
    for (const watcher of watchers) watcher.send({ type: "chat.unsubscribe", conversationId });
    const closed = await fetch(`${server.url}/conversations/${conversationId}/close`, { method: "POST" }).catch(() => undefined);
    if (closed?.status !== 200) fail(counts, `${conversationId} was not closed: ${closed?.status}`);
    await closed?.text();
  }
}

async function oneTurn(conversationId: string, lane: number, watchers: readonly CrowdSocket[], options: CrowdOptions, counts: CrowdCounts) {
  const deltas = Math.round(options.turnMs / deltaMs);
  const request = { conversationId, message: "Talk slowly.", model: `opencode/${pacedModel(deltas, deltaMs)}` };
  const seen = watchers.map((watcher) => watch(watcher, new StreamCheck(deltas), counts));
  const speaker = lane % 2 === 0 ? watchers[0] : undefined;
  const sent = speaker === undefined ? readTurn(options.server.url, request, new StreamCheck(deltas)) : Promise.resolve(undefined);
  speaker?.send({ type: "chat.send", ...request });
  const late = AbortSignal.timeout(options.turnMs * lateFactor + lateMs);
  const problems = await Promise.all([sent, ...seen.map((one) => Promise.race([one, told(late)]))]);
  for (const problem of problems) if (problem !== undefined) fail(counts, `${conversationId}: ${problem}`);
  counts.turns += 1;
  counts.watched += watchers.length;
}

const lateFactor = 2;
const lateMs = 30_000;
const told = async (late: AbortSignal): Promise<string> => {
  await aborted(late, Number.POSITIVE_INFINITY);
  return "a watcher did not see the end in time";
};

const deltaFrame = '{"type":"chat.delta"';

/** Resolves with what was wrong once the turn's end has come. */
function watch(watcher: CrowdSocket, check: StreamCheck, counts: CrowdCounts): Promise<string | undefined> {
  const { promise, resolve } = Promise.withResolvers<string | undefined>();
  watcher.see = (payload) => {
    counts.frames += 1;
    const head = payload.toString("latin1", 0, deltaFrame.length);
    if (head === deltaFrame) check.see(payload.toString("latin1"));
    else if (head.startsWith('{"type":"error"') || head.startsWith('{"type":"chat.error"'))
      fail(counts, `a client was told ${payload.toString()}`);
    if (check.ended) resolve(check.problem);
  };
  return promise;
}

async function readTurn(url: string, request: object, check: StreamCheck): Promise<string | undefined> {
  try {
    const response = await fetch(`${url}/chat`, {
      method: "POST",
      body: JSON.stringify(request),
      headers: { "content-type": "application/json" },
    });
    if (response.status !== 200) return `it was refused with ${response.status}: ${await response.text()}`;
    let carry = "";
    const decoder = new TextDecoder("latin1");
    for await (const bytes of response.body ?? []) {
      const lines = (carry + decoder.decode(bytes)).split("\n");
      carry = lines.pop() ?? "";
      for (const line of lines) check.see(line);
    }
    return check.problem;
  } catch (thrown) {
    return `its stream broke: ${thrown}`;
  }
}

function fail({ failures }: CrowdCounts, why: string): void {
  if (failures.length < failuresMax) failures.push(why);
}

/** Resolves when the time has passed or the signal aborts. */
export function aborted(signal: AbortSignal, ms: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  if (signal.aborted) return Promise.resolve();
  const timer = Number.isFinite(ms) ? setTimeout(resolve, ms) : undefined;
  signal.addEventListener("abort", () => resolve(), { once: true });
  return promise.finally(() => clearTimeout(timer));
}
