import type { ReasoningEffort } from "./usage.ts";

/** When a workspace begins a turn by itself, and with what. */
export interface HeartbeatConfig {
  readonly enabled: boolean;
  /** Stands in front of the system prompt of the turns' conversations; empty for none. */
  readonly systemPrompt: string;
  /** The message of each turn. */
  readonly taskPrompt: string;
  /** Whole, at least 1. */
  readonly intervalMinutes: number;
  /** `<credential>/<model>`; empty for the default. */
  readonly model: string;
  /** `null`: the default. */
  readonly reasoningEffort: ReasoningEffort | null;
}

/** One turn that a workspace began by itself, in a conversation of its own. */
export interface HeartbeatRun {
  readonly id: string;
  readonly conversationId: string;
  /** ISO 8601, in UTC. */
  readonly triggeredAt: string;
  readonly status: "running" | "completed" | "stopped";
}
