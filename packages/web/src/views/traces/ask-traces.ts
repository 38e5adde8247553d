import { ApiFault } from "../../protocol/api-fault.ts";
import type { Client } from "../../store/client.svelte.ts";
import type { Trace, TracedTurn } from "./turns.ts";

export interface TurnFilter {
  readonly show: "newest" | "slowest" | "failed";
  readonly conversationId?: string;
  /** Epoch milliseconds. */
  readonly since?: number;
  readonly before?: number;
  readonly limit: number;
}

export async function askTurns(client: Client, filter: TurnFilter): Promise<readonly TracedTurn[]> {
  const query = new URLSearchParams(Object.entries(filter).map(([name, value]) => [name, `${value}`]));
  return (await client.api.call<{ readonly turns: readonly TracedTurn[] }>("GET", `/traces?${query}`)).turns;
}

/** `missing`: it was not collected. That is an answer, too: what to do about it is shown in its place. */
export async function askTrace(client: Client, turnId: string): Promise<{ readonly found: Trace } | { readonly missing: string }> {
  try {
    return { found: await client.api.call<Trace>("GET", `/traces/${encodeURIComponent(turnId)}`) };
  } catch (thrown) {
    if (thrown instanceof ApiFault && thrown.code === "trace-view/no-turn") return { missing: thrown.message };
    throw thrown;
  }
}

/** Of the process that brings traces: `running`, `off`, `restarting`, `given-up`. */
export async function askCollector(client: Client): Promise<string> {
  const { collector } = await client.api.call<{ readonly collector?: { readonly state?: string } }>("GET", "/health?verbose=1");
  return collector?.state ?? "unknown";
}
