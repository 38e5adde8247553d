import type { AgentEvent, Chunk, Role, StoredChunk, TurnMetrics } from "@dispatch/wire";

/** One conversation of a server as the protocol describes it: what is stored, and what watchers are told, one event after another. */
export class ModelledServer {
  readonly log: StoredChunk[] = [];
  readonly metrics: TurnMetrics[] = [];
  /** The replay of the running turn. */
  buffer: AgentEvent[] = [];
  readonly #script: (() => AgentEvent | undefined)[] = [];
  #turns = 0;
  #words = 0;
  #messages = 0;

  get active(): boolean {
    return this.#script.length > 0;
  }

  /** A word that is nowhere else. */
  word(): string {
    this.#words += 1;
    return `w${this.#words}. `;
  }

  start(prompt: string, { steps, deltas, steered, fails }: { steps: number; deltas: number; steered: boolean; fails: boolean }): void {
    if (this.active) return;
    this.#turns += 1;
    const turnId = `turn-${this.#turns}`;
    const of = { conversationId: "c", turnId };
    this.#say({ type: "user-message", ...of, text: prompt });
    this.#do(() => this.#store("user", { type: "text", text: prompt }));
    this.#say({ type: "turn-start", ...of });
    for (let step = 0; step < steps; step += 1) this.#step(turnId, step, { deltas, steered, last: step === steps - 1, fails });
    const usage = { inputTokens: 1, outputTokens: 1 };
    this.#say({ type: "done", ...of, reason: fails ? "error" : "stop", durationMs: 5, usage });
    const told = Array.from({ length: steps }, (_, step) => ({ stepId: `${turnId}#${step}`, usage }));
    this.#do(() => this.metrics.push({ turnId, usage, durationMs: 5, steps: told }));
    this.#say({ type: "turn-sealed", ...of });
  }

  /** The next thing that happens; an event if watchers are told. */
  next(): AgentEvent | undefined {
    const event = this.#script.shift()?.();
    if (event === undefined) return undefined;
    this.buffer = event.type === "turn-sealed" ? [] : [...this.buffer, event];
    return event;
  }

  #step(
    turnId: string,
    step: number,
    { deltas, steered, last, fails }: { deltas: number; steered: boolean; last: boolean; fails: boolean },
  ): void {
    const of = { conversationId: "c", turnId };
    const stepId = `${turnId}#${step}`;
    const thought = this.word();
    this.#say({ type: "reasoning-delta", ...of, delta: thought });
    const words = Array.from({ length: deltas }, () => this.word());
    for (const delta of words) this.#say({ type: "text-delta", ...of, delta });
    const chunks: Chunk[] = [{ type: "thinking", text: thought }];
    if (words.length > 0) chunks.push({ type: "text", text: words.join("") });
    const call = { stepId, toolCallId: `call-${stepId}`, toolName: "look" };
    if (last && fails) {
      const message = this.word();
      this.#say({ type: "error", ...of, message });
      chunks.push({ type: "error", message });
    }
    if (!last) {
      this.#say({ type: "tool-call", ...of, ...call, input: {} });
      chunks.push({ type: "tool-call", ...call, input: {} });
    }
    this.#say({ type: "step-complete", ...of, stepId, ttftMs: 1 });
    const content = this.word();
    if (!last) this.#say({ type: "tool-result", ...of, ...call, content, isError: false });
    this.#do(() => {
      this.#store("assistant", ...chunks);
      if (!last) this.#store("tool", { type: "tool-result", ...call, content, isError: false });
    });
    if (last || !steered) return;
    const text = this.word();
    this.#do(() => this.#store("user", { type: "text", text }));
    this.#say({ type: "steering", ...of, text });
  }

  #store(role: Role, ...chunks: readonly Chunk[]): void {
    this.#messages += 1;
    for (const chunk of chunks) this.log.push({ seq: this.log.length + 1, role, chunk, messageId: `m${this.#messages}` });
  }

  #say(event: AgentEvent): void {
    this.#script.push(() => event);
  }

  #do(act: () => void): void {
    this.#script.push(() => {
      act();
      return undefined;
    });
  }
}
