import type { ChangeFeed } from "@dispatch/change-feed";
import { defineSurface, type Surface, type SurfaceFields } from "@dispatch/surface-registry/contract";
import { BadInterval, NoConversation } from "./faults.ts";
import { intervalMsMin, intervalMsOf } from "./settings.ts";
import type { Warmth } from "./warmth.ts";

export interface WarmingSource {
  warmth(conversationId: string): Promise<Warmth>;
  toggle(conversationId: string): Promise<void>;
  setInterval(conversationId: string, intervalMs: number): Promise<void>;
  readonly changed: ChangeFeed;
  readonly idleRoundsMax: number;
}

const toggle = "cache-warming/toggle";
const setInterval = "cache-warming/set-interval";

/** Whether a conversation is kept warm, how well that works, and what it has cost since the last turn. */
export const warmingSurface = (source: WarmingSource): Surface =>
  defineSurface({
    id: "cache-warming",
    region: "side",
    title: "Cache Warming",
    scope: "conversation",
    async read(conversationId) {
      if (conversationId === undefined) return [{ kind: "stat", label: "Status", value: "No conversation is focused." }];
      return fieldsOf(await source.warmth(conversationId), source.idleRoundsMax);
    },
    changes: (signal) => source.changed.watch(signal),
    actions: {
      /** It flips, whatever was sent. */
      [toggle]: async (_payload, conversationId) => source.toggle(focused(conversationId)),
      [setInterval]: async (payload, conversationId) => {
        const seconds = secondsOf(payload);
        if (seconds > 0) await source.setInterval(focused(conversationId), intervalMsOf(seconds));
      },
    },
  });

/** Clients know the first five by their kind, and every stat without "retention" as the cache's rate: what is beyond is a table. */
function fieldsOf(warmth: Warmth, idleRoundsMax: number): SurfaceFields {
  const { isEnabled, intervalMs, nextWarmAt, lastWarmAt, last } = warmth;
  return [
    { kind: "toggle", label: "Enabled", value: isEnabled, action: { actionId: toggle } },
    {
      kind: "number",
      label: "Refresh Interval",
      value: intervalMs / 1000,
      min: intervalMsMin / 1000,
      step: 1,
      unit: "s",
      action: { actionId: setInterval },
    },
    { kind: "stat", label: "Last Cache %", value: percent(last?.cachePct) },
    { kind: "stat", label: "Cache retention", value: percent(last?.expectedCacheRate) },
    { kind: "custom", rendererId: "cache-warming-timer", payload: { nextWarmAt, lastWarmAt } },
    { kind: "custom", rendererId: "table", payload: { columns: ["Since the last turn", ""], rows: rowsOf(warmth, idleRoundsMax) } },
  ];
}

function rowsOf({ rounds, spent, notice }: Warmth, idleRoundsMax: number): readonly (readonly (string | number)[])[] {
  return [
    ["Rounds", `${rounds} of ${idleRoundsMax}`],
    ["Tokens read", spent.inputTokens],
    ["of them from the cache", spent.cacheReadTokens],
    ["Tokens written to the cache", spent.cacheWriteTokens],
    ["Tokens answered", spent.outputTokens],
    ...(notice === undefined ? [] : [["Note", notice]]),
  ];
}

const percent = (value: number | undefined): string => (value === undefined ? "—" : `${value}%`);

function focused(conversationId: string | undefined): string {
  if (conversationId === undefined) throw new NoConversation();
  return conversationId;
}

/** A number of seconds, or `{ value }`. */
function secondsOf(payload: unknown): number {
  const value = typeof payload === "object" && payload !== null && "value" in payload ? payload.value : payload;
  if (typeof value !== "number" || Number.isNaN(value)) throw new BadInterval();
  return value;
}
