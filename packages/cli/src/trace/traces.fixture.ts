import { mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { JournalRecord } from "@dispatch/journal-sink/record";
import { openTraceStore } from "@dispatch/trace-store";
import { manifestsOf, type SaidPrompt } from "@dispatch/trace-store/fixture";

export const startedAt = 1_763_730_000_000;

/** What the journal tells of one small turn: two steps, a tool call between them, and a span that was never closed. */
export function smallTurn(turnId: string, prompts: readonly SaidPrompt[], spanPrefix = turnId): readonly JournalRecord[] {
  const place = { extensionId: "turn-trace", conversationId: "c1", turnId } as const;
  const span = (
    name: string,
    at: number,
    durationMs: number,
    parent: string | undefined,
    more: Partial<JournalRecord> = {},
  ): readonly JournalRecord[] => {
    const spanId = `${spanPrefix}-${name}-${at}`;
    const common = { ...place, spanId, name, ...(parent === undefined ? {} : { parentSpanId: `${spanPrefix}-${parent}` }) };
    const open = { ...common, kind: "span-open", timestamp: startedAt + at, ...more } as JournalRecord;
    return [
      open,
      { ...open, kind: "span-close", timestamp: startedAt + at + durationMs, durationMs, status: "ok", ...more } as JournalRecord,
    ];
  };
  const { bodies, manifests } = manifestsOf(prompts);
  return [
    ...bodies.map(
      (body): JournalRecord => ({ kind: "log", level: "debug", msg: "body", extensionId: "turn-trace", timestamp: startedAt, body }),
    ),
    ...span("turn", 0, 2_345, undefined, {
      attributes: { model: "opencode/scripted", finishReason: "stop", "usage.inputTokens": 7, "usage.outputTokens": 2 },
    }),
    ...manifests.flatMap((body, index) => [
      ...span("step", 10 + index * 1_000, 900, "turn-0", { attributes: { step: index } }),
      ...span("prompt", 11 + index * 1_000, 1, `step-${10 + index * 1_000}`, { body, attributes: { messageCount: 1, toolCount: 0 } }),
    ]),
    ...span("tool-call", 950, 20, "step-10", { attributes: { name: "grep", toolCallId: "t1", isError: false, contentLength: 12 } }),
  ];
}

export const message = (id: string, role: string, text: string): string =>
  JSON.stringify({ id, role, parts: [{ chunk: { type: "text", text } }] });

/** A trace database in a folder of its own. */
export interface TracedFolder extends AsyncDisposable {
  readonly folder: string;
  readonly db: string;
}

export async function traced(records: readonly JournalRecord[]): Promise<TracedFolder> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), "dispatch-cli-trace-")));
  const db = join(folder, ".dispatch-data/traces.db");
  await using store = await openTraceStore(db);
  store.insert(records);
  return { folder, db, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) };
}
