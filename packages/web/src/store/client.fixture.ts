import type { AgentEvent } from "@dispatch/wire";
import { type ConversationState, cursorOf, hasOlder, type Input, nothingKnown, reduce, settlesNow } from "./conversation-state.ts";
import { joinDeltas } from "./live-turn.ts";
import type { ModelledServer } from "./server.fixture.ts";

const windowSize = 4;

/** A client of a modelled server: frames and answers are under way until they are delivered, each line in its own order. */
export class ModelledClient {
  state: ConversationState = nothingKnown;
  readonly #server: ModelledServer;
  #frames: AgentEvent[] = [];
  readonly #answers: (() => void)[] = [];
  #connected = false;
  #loaded = false;
  #sends = 0;

  constructor(server: ModelledServer) {
    this.#server = server;
  }

  tell(event: AgentEvent): void {
    if (this.#connected) this.#frames.push(event);
  }

  cut(): void {
    this.#connected = false;
    this.#frames = [];
  }

  connect(): void {
    this.#connected = true;
    this.#frames = [...this.#server.buffer];
    this.#take({ type: "connected" });
    const active = this.#server.active && this.#server.buffer.length > 0;
    this.#answers.push(() => this.#ask(active));
  }

  send(text: string): void {
    this.#sends += 1;
    this.#take({ type: "send", send: { key: `send-${this.#sends}`, text, images: [], delivery: "sending" } });
  }

  frames(count: number): void {
    for (const event of joinDeltas(this.#frames.splice(0, count))) {
      this.#take({ type: "event", event, at: 0 });
      if (event.type === "turn-sealed") this.#ask(true);
    }
  }

  answer(at: number): void {
    const [answer] = this.#answers.splice(at % Math.max(1, this.#answers.length), 1);
    answer?.();
  }

  /** What is asked because of an answer is answered, too. */
  answerAll(): void {
    while (this.#answers.length > 0) this.answer(0);
  }

  older(): void {
    const [first] = this.state.log;
    if (first === undefined || !hasOlder(this.state)) return;
    const chunks = this.#server.log.filter(({ seq }) => seq < first.seq).slice(-windowSize);
    this.#answers.push(() => this.#take({ type: "log", chunks, settles: [], connection: this.state.connection }));
  }

  /** Until nothing is under way. */
  settle(): void {
    while (this.#frames.length + this.#answers.length > 0) {
      this.frames(this.#frames.length);
      this.answer(0);
    }
  }

  /** What stands in the log is read when the server answers; what that settles is known when it is asked. */
  #ask(active: boolean): void {
    const settles = settlesNow(this.state, active);
    const { connection } = this.state;
    const cursor = cursorOf(this.state);
    const chunks = this.#server.log.filter(({ seq }) => seq > cursor).slice(this.#loaded ? 0 : -windowSize);
    const metrics = [...this.#server.metrics];
    this.#answers.push(() => {
      this.#loaded = true;
      this.#take({ type: "log", chunks, settles, connection });
      this.#take({ type: "metrics", metrics });
    });
  }

  #take(input: Input): void {
    this.state = reduce(this.state, input);
  }
}
