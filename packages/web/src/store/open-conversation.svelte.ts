import type { ClientFrame } from "@dispatch/transport-contract";
import type { AgentEvent, ImageInput, ReasoningEffort, StoredChunk } from "@dispatch/wire";
import type { Api, ConversationSettings } from "../protocol/api.ts";
import { ApiFault } from "../protocol/api-fault.ts";
import {
  type ConversationState,
  cursorOf,
  type Delivery,
  hasOlder,
  type Input,
  isGenerating,
  nothingKnown,
  reduce,
  settlesNow,
} from "./conversation-state.ts";
import { joinDeltas } from "./live-turn.ts";
import { Reaching } from "./reaching.svelte.ts";
import { type Row, rowKeyOf } from "./rows.ts";
import { transcriptReader } from "./transcript.ts";

export interface ConversationPorts {
  readonly api: Api;
  /** `false`: there is no connection now. */
  send(frame: ClientFrame): boolean;
  newId(): string;
  now(): number;
  /** Calls back before the next frame is painted, or soon when none is. */
  frame(call: () => void): void;
  /** For people who do not see the screen: a turn has begun or ended. */
  announce(text: string): void;
}

export interface Said {
  readonly text: string;
  readonly images: readonly ImageInput[];
  readonly model?: string;
  readonly reasoningEffort?: ReasoningEffort;
  readonly workspaceId: string;
}

const windowSize = 300;

/** One conversation that a tab shows: asks, listens, and gives rows at most once a frame. */
export class OpenConversation {
  readonly id: string;
  rows = $state.raw<readonly Row[]>([]);
  generating = $state(false);
  older = $state(false);
  phase = $state<"loading" | "ready" | "failed">("loading");
  fault = $state.raw<ApiFault>();
  settings = $state.raw<ConversationSettings>({ model: null, effort: null, cwd: null });
  /** Tokens of the last step that told: how full the model's window is. */
  contextSize = $state<number>();
  /** A way to places far up. */
  readonly reaching: Reaching;

  readonly #ports: ConversationPorts;
  readonly #read = transcriptReader();
  /** What was sent, by its key, for as long as the page is open. */
  readonly #said = new Map<string, Said>();
  #state: ConversationState = nothingKnown;
  #inbox: AgentEvent[] = [];
  #scheduled = false;
  #loaded = false;
  #loadingOlder = false;
  #syncing: Promise<void> = Promise.resolve();

  constructor(id: string, ports: ConversationPorts) {
    this.id = id;
    this.#ports = ports;
    this.reaching = new Reaching({
      first: () => this.#state.log[0]?.seq,
      log: (window) => ports.api.log(id, window),
      take: (chunks) => this.#takeOlder(chunks),
      keyOf: (seq) => rowKeyOf(this.#state.log, this.#state.keys, seq),
      failed: (thrown) => this.#failed(thrown),
    });
  }

  /** A connection was made, and this conversation is watched over it again. */
  async connected(): Promise<void> {
    this.#flush();
    this.#take({ type: "connected" });
    const waiting = this.#state.sends.filter(({ delivery }) => delivery === "waiting");
    const lost = this.#state.sends.filter(({ delivery }) => delivery === "sending");
    await this.#sync();
    for (const { key } of lost) {
      if (this.#state.sends.some((send) => send.key === key))
        this.#deliver(key, "lost", "The connection was lost before the server answered.");
    }
    for (const { key } of waiting) this.#transmit(key);
  }

  feed(event: AgentEvent): void {
    this.#inbox.push(event);
    // Its delay counts from now, and a frame of a hidden page may be long in coming.
    if (event.type === "provider-retry") this.#flush();
    this.#schedule();
  }

  send(said: Said): void {
    const { effort } = this.settings;
    if (this.#isDraft() && effort !== null) void this.#ports.api.setEffort(this.id, effort).catch(() => {});
    const key = `send-${this.#ports.newId()}`;
    const { text, images } = said;
    this.#take({ type: "send", send: { key, text, images, delivery: "waiting" } });
    this.#said.set(key, effort === null ? said : { ...said, reasoningEffort: effort });
    this.#transmit(key);
  }

  /** While a turn runs: it reaches the model at the next step, or begins a turn of its own behind this one. */
  queue(text: string, workspaceId: string): boolean {
    return this.#ports.send({ type: "chat.queue", conversationId: this.id, text, workspaceId });
  }

  cancelQueued(messageId: string): void {
    this.#ports.send({ type: "chat.queue.cancel", conversationId: this.id, messageId });
  }

  /** What is sent again is a new message: the old one leaves. */
  sendAgain(key: string): void {
    this.#transmit(key);
  }

  dismiss(key: string): void {
    this.#take({ type: "dismiss", key });
  }

  /** The server refused the last message that it was sent. */
  refused(why: string): void {
    const last = this.#state.sends.findLast(({ delivery }) => delivery === "sending");
    if (last !== undefined) this.#deliver(last.key, "failed", why);
  }

  async loadOlder(): Promise<void> {
    const [first] = this.#state.log;
    if (first === undefined || !this.older || this.#loadingOlder) return;
    this.#loadingOlder = true;
    try {
      const chunks = await this.#ports.api.log(this.id, { beforeSeq: first.seq, limit: windowSize });
      this.#takeOlder(chunks);
    } catch (thrown) {
      this.#failed(thrown);
    } finally {
      this.#loadingOlder = false;
    }
  }

  async loadSettings(): Promise<void> {
    const known = await this.#ports.api.settings(this.id).catch(() => this.settings);
    // What was chosen in a draft is not stored yet.
    const { model, effort } = this.settings;
    this.settings = { ...known, model: known.model ?? model, effort: known.effort ?? effort };
  }

  async setModel(model: string): Promise<void> {
    this.settings = { ...this.settings, model };
    if (!this.#isDraft()) await this.#ports.api.setModel(this.id, model);
  }

  async setEffort(effort: ReasoningEffort): Promise<void> {
    this.settings = { ...this.settings, effort };
    if (!this.#isDraft()) await this.#ports.api.setEffort(this.id, effort);
  }

  async setCwd(cwd: string | null, workspaceId: string): Promise<void> {
    await this.#ports.api.setCwd(this.id, cwd, workspaceId);
    this.settings = { ...this.settings, cwd };
  }

  /** Nothing was ever said in it; `undefined` when that could not be found out. */
  async isEmpty(): Promise<boolean | undefined> {
    await this.#syncing;
    return this.#loaded ? this.rows.length === 0 : undefined;
  }

  /** A chunk of the log comes into sight, however far up it stands. */
  reach(seq: number, words: readonly string[]): void {
    this.reaching.want(seq, words);
    if (this.#loaded) void this.reaching.go();
  }

  /** It was compacted. A server that writes on shows a summary behind what is known; of one that writes the log anew, all is asked for again. */
  async compacted(): Promise<void> {
    const last = this.#state.log.at(-1);
    if (last !== undefined) {
      const window = { sinceSeq: last.seq - 1, beforeSeq: last.seq + 1 };
      const [same] = await this.#ports.api.log(this.id, window).catch(() => [last]);
      this.#loaded &&= same?.messageId === last.messageId;
    }
    await this.#sync();
  }

  retry(): void {
    void this.#sync();
  }

  /** Gives the first seq that is known then. */
  #takeOlder(chunks: readonly StoredChunk[]): number | undefined {
    this.#take({ type: "log", chunks, settles: [], connection: this.#state.connection });
    return this.#state.log[0]?.seq;
  }

  /** A conversation that nobody knows yet: a setting that is stored would make it one. */
  #isDraft(): boolean {
    return this.rows.length === 0;
  }

  #transmit(key: string): void {
    const said = this.#said.get(key);
    if (said === undefined) return;
    const { text, images, ...more } = said;
    const frame = {
      type: "chat.send",
      conversationId: this.id,
      message: text,
      ...(images.length === 0 ? {} : { images }),
      ...more,
    } as const;
    this.#deliver(key, this.#ports.send(frame) ? "sending" : "waiting");
  }

  #deliver(key: string, delivery: Delivery, why?: string): void {
    this.#take({ type: "delivery", key, delivery, ...(why === undefined ? {} : { why }) });
  }

  #sync(): Promise<void> {
    this.#syncing = this.#syncOnce();
    return this.#syncing;
  }

  /** The log since what is known, or its newest part. */
  async #syncOnce(): Promise<void> {
    const { api } = this.#ports;
    const { connection } = this.#state;
    const anew = !this.#loaded;
    try {
      const active = this.#state.turns.some(({ phase }) => phase === "doubtful") && (await api.isActive(this.id));
      const settles = settlesNow(this.#state, active);
      const window = anew ? { limit: windowSize } : { sinceSeq: cursorOf(this.#state) };
      const [chunks, metrics] = await Promise.all([api.log(this.id, window), api.metrics(this.id).catch(() => this.#state.metrics)]);
      this.#flush();
      this.#loaded = true;
      this.#take({ type: "log", chunks, settles, connection, ...(anew ? { anew } : {}) });
      this.#take({ type: "metrics", metrics });
      this.contextSize = metrics.at(-1)?.contextSize;
      this.phase = "ready";
      this.fault = undefined;
      void this.reaching.go();
    } catch (thrown) {
      this.#failed(thrown);
    }
  }

  #failed(thrown: unknown): void {
    this.fault = thrown instanceof ApiFault ? thrown : new ApiFault(String(thrown), { kind: "defect", code: "web/defect", status: 0 });
    if (!this.#loaded) this.phase = "failed";
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    this.#ports.frame(() => {
      this.#flush();
      this.#publish();
    });
  }

  #flush(): void {
    const events = this.#inbox;
    this.#inbox = [];
    this.#scheduled = false;
    const at = this.#ports.now();
    let sealed = false;
    for (const event of joinDeltas(events)) {
      this.#state = reduce(this.#state, { type: "event", event, at });
      sealed ||= event.type === "turn-sealed";
    }
    if (sealed) void this.#sync();
  }

  #take(input: Input): void {
    this.#state = reduce(this.#state, input);
    this.#publish();
  }

  #publish(): void {
    this.rows = this.#read(this.#state);
    this.older = hasOlder(this.#state);
    const generating = isGenerating(this.#state);
    if (generating === this.generating) return;
    this.generating = generating;
    const failed = this.#state.turns.at(-1)?.figures.reason === "error";
    this.#ports.announce(generating ? "Working on an answer." : failed ? "The turn ended with an error." : "The answer is complete.");
  }
}
