import type { AgentEvent, Chunk, Role, StoredChunk, TurnMetrics } from "@dispatch/wire";

export interface Script {
  readonly steps: number;
  readonly deltas: number;
  readonly steered: boolean;
  readonly fails: boolean;
  /** How many thoughts a step begins with: told in a row, stored one by one. */
  readonly thoughts: number;
  /** The server dies when its first step has said all, and the next process takes the turn up again. */
  readonly dies: boolean;
}

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
  /** By its words, how often a prompt opened a turn. */
  readonly asked = new Map<string, number>();
  /** Of every word, the number of the turn that it was said in. */
  readonly turnOf = new Map<string, number>();
  /** Whether it tells where in the log a prompt stands, as newer servers do. */
  readonly #places: boolean;
  readonly #onDeath: () => void;

  constructor(places = true, onDeath: () => void = () => {}) {
    this.#places = places;
    this.#onDeath = onDeath;
  }

  get active(): boolean {
    return this.#script.length > 0;
  }

  /** A word that is nowhere else. */
  word(): string {
    this.#words += 1;
    this.turnOf.set(`w${this.#words}. `, this.#turns);
    return `w${this.#words}. `;
  }

  start(prompt: string, script: Script): void {
    if (this.active) return;
    const { steps, fails } = script;
    this.#turns += 1;
    this.turnOf.set(prompt, this.#turns);
    this.asked.set(prompt, (this.asked.get(prompt) ?? 0) + 1);
    const turnId = `turn-${this.#turns}`;
    const of = { conversationId: "c", turnId };
    this.#say({ type: "user-message", ...of, text: prompt, ...(this.#places ? { seq: this.log.length + 1 } : {}) });
    this.#do(() => this.#store("user", [{ type: "text", text: prompt }]));
    this.#say({ type: "turn-start", ...of });
    if (script.dies) this.#die(turnId, script);
    for (let step = 0; step < steps; step += 1) this.#step(turnId, step, script);
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

  /** What a step begins with. */
  #speech(turnId: string, { thoughts, deltas }: Script): readonly Chunk[] {
    const of = { conversationId: "c", turnId };
    const thought = Array.from({ length: thoughts }, () => this.word());
    for (const delta of thought) this.#say({ type: "reasoning-delta", ...of, delta });
    const words = Array.from({ length: deltas }, () => this.word());
    for (const delta of words) this.#say({ type: "text-delta", ...of, delta });
    const text: readonly Chunk[] = words.length === 0 ? [] : [{ type: "text", text: words.join("") }];
    return [...thought.map((one): Chunk => ({ type: "thinking", text: one })), ...text];
  }

  /** What was said stays in the log, marked; the next process tells it again as one piece of each kind. */
  #die(turnId: string, script: Script): void {
    const said = this.#speech(turnId, script);
    this.#do(() => {
      const told = this.buffer.filter(({ type }) => type !== "text-delta" && type !== "reasoning-delta");
      const again = said.flatMap((chunk): readonly AgentEvent[] =>
        chunk.type === "thinking" || chunk.type === "text"
          ? [{ type: chunk.type === "text" ? "text-delta" : "reasoning-delta", conversationId: "c", turnId, delta: chunk.text }]
          : [],
      );
      this.buffer = [...told, ...again];
      if (said.length > 0) this.#store("assistant", [...said, { type: "error", message: "The server stopped here.", code: "interrupted" }]);
      this.#onDeath();
    });
  }

  #step(turnId: string, step: number, script: Script): void {
    const { steps, steered, fails } = script;
    const last = step === steps - 1;
    const of = { conversationId: "c", turnId };
    const stepId = `${turnId}#${step}`;
    const chunks: Chunk[] = [...this.#speech(turnId, script)];
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
      if (chunks.length > 0) this.#store("assistant", chunks);
      if (!last) this.#store("tool", [{ type: "tool-result", ...call, content, isError: false }]);
    });
    if (last || !steered) return;
    const text = this.word();
    this.#do(() => this.#store("user", [{ type: "text", text }]));
    this.#say({ type: "steering", ...of, text });
  }

  #store(role: Role, chunks: readonly Chunk[]): void {
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
