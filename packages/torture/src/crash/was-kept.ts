import type { AgentEvent, StoredChunk } from "@dispatch/wire";
import type { Reading } from "../api.ts";
import type { Testimony } from "./testimony.ts";

/** What some client saw or read of a conversation, and what is not there any more. */
export function lostSights({ watchers, readings }: Testimony, id: string, reading: Reading): readonly string[] {
  const wrong = watchers.filter(({ conversationId }) => conversationId === id).flatMap(({ events }) => lostEvents(events, reading));
  const read = readings[id] ?? [];
  for (const [index, chunk] of read.entries())
    if (JSON.stringify(reading.chunks[index]) !== JSON.stringify(chunk))
      wrong.push(`chunk ${chunk.seq} was read as ${JSON.stringify(chunk)}`);
  return wrong.map((why) => `${id}: ${why}`);
}

function lostEvents(events: readonly AgentEvent[], { chunks, turns }: Reading): string[] {
  const wrong: string[] = [];
  const texts = textsOf(chunks, "text");
  const thoughts = textsOf(chunks, "thinking");
  let run: { readonly of: "text-delta" | "reasoning-delta"; readonly text: string } | undefined;
  const endRun = () => {
    const { of, text } = run ?? { of: "text-delta", text: "" };
    const stored = of === "text-delta" ? texts : thoughts;
    if (text !== "" && !stored.some((other) => other.startsWith(text))) wrong.push(`seen and not stored: ${JSON.stringify(text)}`);
    run = undefined;
  };
  for (const event of events) {
    if (event.type === "text-delta" || event.type === "reasoning-delta") {
      if (run?.of !== event.type) endRun();
      run = { of: event.type, text: (run?.text ?? "") + event.delta };
      continue;
    }
    endRun();
    if (!isStored(event, chunks)) wrong.push(`seen and not stored: ${JSON.stringify(event)}`);
    if (event.type !== "user-message") continue;
    const rows = turns.filter(({ turnId }) => turnId === event.turnId).length;
    if (rows !== 1) wrong.push(`the prompt of ${event.turnId} has ${rows} rows of metrics`);
  }
  endRun();
  return wrong;
}

const textsOf = (chunks: readonly StoredChunk[], type: "text" | "thinking"): readonly string[] =>
  chunks.flatMap(({ chunk }) => (chunk.type === type ? [chunk.text] : []));

function isStored(event: AgentEvent, chunks: readonly StoredChunk[]): boolean {
  switch (event.type) {
    case "user-message":
    case "steering":
      return chunks.some(({ role, chunk }) => role === "user" && chunk.type === "text" && chunk.text === event.text);
    case "tool-call":
      return chunks.some(
        ({ chunk }) => chunk.type === "tool-call" && chunk.toolCallId === event.toolCallId && chunk.toolName === event.toolName,
      );
    case "tool-result":
      return chunks.some(
        ({ chunk }) => chunk.type === "tool-result" && chunk.toolCallId === event.toolCallId && chunk.content === event.content,
      );
    case "error":
      // That nothing can be stored cannot be stored.
      if (event.code === "store/unavailable") return true;
      // What was refused at the door, or because another turn ran, is no turn.
      if (event.turnId === "" || event.code === "session-orchestrator/turn-running") return true;
      return chunks.some(({ chunk }) => chunk.type === "error" && chunk.message === event.message);
    default:
      return true;
  }
}

/** What people were told had been done, and was not. */
export function brokenPromises({ promises, watchers }: Testimony, id: string, reading: Reading): readonly string[] {
  const own = promises.filter(({ conversationId }) => conversationId === id);
  const asks = (kind: string) => own.some((promise) => promise.kind === kind);
  const words = reading.chunks.flatMap(({ role, chunk }) => (role === "user" && chunk.type === "text" ? chunk.text.split("\n\n") : []));
  const waiting = reading.queue.map(({ text }) => text);
  const wrong: string[] = [];
  for (const promise of own) {
    if (promise.kind === "titled" || promise.kind === "allowed") continue;
    if (promise.kind === "closed") {
      if (promise.answered && reading.status !== "closed") wrong.push(`it was closed and is ${reading.status}`);
      continue;
    }
    if (promise.kind === "stopped") continue;
    const found = [...words, ...waiting].filter((text) => text === promise.text).length;
    const isCancelled = own.some((other) => other.kind === "cancelled" && other.text === promise.text);
    if (promise.kind === "cancelled" && promise.answered && found > 0) wrong.push(`"${promise.text}" was cancelled and is there`);
    if (promise.kind === "queued" && found === 0 && !isCancelled && !asks("closed")) wrong.push(`"${promise.text}" was queued and is gone`);
    if (promise.kind === "queued" && found > 1) wrong.push(`"${promise.text}" is there ${found} times`);
  }
  const hasTurned = watchers.some(({ conversationId, events }) => conversationId === id && events.length > 0);
  if (waiting.length > 0 && reading.status === "idle" && hasTurned && !asks("stopped") && !asks("closed"))
    wrong.push(`it is idle while ${waiting.join()} waits`);
  return wrong.map((why) => `${id}: ${why}`);
}
