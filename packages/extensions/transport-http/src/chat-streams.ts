import type { Fault } from "@dispatch/kernel";
import type { SharedEvent, StartedTurn, TurnWatch } from "@dispatch/session-orchestrator/contract";
import { errorLine } from "./error-line.ts";
import { stopping, tokenEnded, tooManyStreams } from "./faults.ts";
import type { Connection } from "./route.ts";

const chatStreamsMax = 2_000;

/** The chats that stream now. */
export class ChatStreams {
  readonly #open = new Set<ChatStream>();
  readonly #max: number;

  constructor(max: number = chatStreamsMax) {
    this.#max = max;
  }

  get open(): number {
    return this.#open.size;
  }

  /** Takes a place before the turn starts, so that no turn runs without one. Faults: `transport-http/too-many-streams` (limited). */
  take(connection: Connection, tell: (thrown: unknown) => Fault, ended?: AbortSignal): ChatStream {
    if (this.#open.size >= this.#max) throw tooManyStreams(this.#max);
    const stream = new ChatStream(connection, tell, () => {
      this.#open.delete(stream);
      ended?.removeEventListener("abort", end);
    });
    const end = () => stream.stop(tokenEnded());
    ended?.addEventListener("abort", end);
    this.#open.add(stream);
    return stream;
  }

  /** Each gets a line that says why it ends. The turns are not this one's to end. */
  end(): void {
    for (const stream of this.#open) stream.stop(stopping());
  }
}

/** One chat's answer. Disposing it stops watching, never the turn. */
export class ChatStream implements Disposable {
  readonly #connection: Connection;
  readonly #tell: (thrown: unknown) => Fault;
  readonly #leave: () => void;
  #watch: TurnWatch | undefined;
  #stopped: Fault | undefined;

  constructor(connection: Connection, tell: (thrown: unknown) => Fault, leave: () => void) {
    this.#connection = connection;
    this.#tell = tell;
    this.#leave = leave;
  }

  /** A direct stream: text goes to the socket as it is, without a queue and an encoder between. */
  body(turn: StartedTurn): ReadableStream {
    this.#watch = turn.events;
    return new ReadableStream({
      type: "direct",
      pull: (sink) => this.#write(turn, sink),
      cancel: () => this[Symbol.dispose](),
    });
  }

  /** The client reads why in a last line. */
  stop(why: Fault): void {
    this.#stopped = why;
    this.#watch?.[Symbol.dispose]();
  }

  [Symbol.dispose](): void {
    this.#leave();
    this.#watch?.[Symbol.dispose]();
  }

  async #write({ conversationId, turnId, events }: StartedTurn, sink: ReadableStreamDirectController): Promise<void> {
    try {
      for await (const batch of events) await this.#send(sink, linesOf(batch));
      if (this.#stopped !== undefined) sink.write(errorLine(conversationId, turnId, this.#stopped));
    } catch (thrown) {
      sink.write(errorLine(conversationId, turnId, this.#tell(thrown)));
    } finally {
      this[Symbol.dispose]();
      sink.close();
    }
  }

  /** Waits while the client is slower than the turn. A client that takes nothing at all is cut off by its connection. */
  #send(sink: ReadableStreamDirectController, text: string): Promise<void> | void {
    const written = sink.write(text);
    return typeof written === "number" ? undefined : this.#taken(written);
  }

  async #taken(written: Promise<number>): Promise<void> {
    this.#connection.forbidSilence();
    await written;
    this.#connection.allowSilence();
  }
}

function linesOf(batch: readonly SharedEvent[]): string {
  let lines = "";
  for (const { json } of batch) lines += `${json}\n`;
  return lines;
}
