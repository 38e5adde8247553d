import type { AgentEvent, StoredChunk } from "@dispatch/wire";
import { type Api, allowWaiting, apiOf } from "../api.ts";
import type { Kept, Sight, Testimony } from "./testimony.ts";
import { type Watcher, watch } from "./watcher.ts";

/** Of a turn that something has gone wrong with, not everything comes: so long after the last event nobody waits for more. */
const quietMsMax = 5_000;
const lookMs = 10;

/**
 * Two who watch over the socket and one who asks over HTTP, for as long as the server lives. Nothing here fails when it is gone: what they saw until
 * then is their testimony.
 */
export class People implements Disposable {
  readonly api: Api;
  readonly #watchers: readonly Watcher[];
  readonly #conversations: readonly string[];
  readonly #asked: Sight[] = [];
  readonly #promises: Kept[] = [];
  readonly #queued = new Set<string>();
  readonly #readings: { [conversationId: string]: readonly StoredChunk[] } = {};

  private constructor(url: string, watchers: readonly Watcher[], conversations: readonly string[]) {
    this.api = apiOf(url);
    this.#watchers = watchers;
    this.#conversations = conversations;
  }

  static async around(url: string, socketUrl: string, conversations: readonly string[]): Promise<People> {
    // One at each door.
    const doors = [socketUrl, `${url.replace("http", "ws")}/ws`];
    return new People(url, await Promise.all(doors.map((door) => watch(door, conversations))), conversations);
  }

  /** Sends a message and waits for its turn's end, or the server's. */
  async say(conversationId: string, message: string): Promise<readonly AgentEvent[]> {
    const events: AgentEvent[] = [];
    this.#asked.push({ conversationId, events });
    return this.api.chat({ conversationId, message }, (event) => events.push(event));
  }

  /** Says nothing twice: after a fault the model may be asked again for the step in which it is said. */
  async queue(conversationId: string, text: string): Promise<string | undefined> {
    const said = `${conversationId} ${text}`;
    if (this.#queued.has(said)) return undefined;
    this.#queued.add(said);
    const path = `/conversations/${conversationId}/queue`;
    const answer = await this.#try(() => this.api.send<{ queue: readonly { id: string; text: string }[] }>("POST", path, { text }));
    if (answer === undefined) this.#queued.delete(said);
    else this.#promises.push({ kind: "queued", conversationId, text });
    return answer?.queue.find((waiting) => waiting.text === text)?.id;
  }

  async cancel(conversationId: string, text: string, id: string): Promise<void> {
    this.#promises.push({ kind: "cancelled", conversationId, text, answered: false });
    const path = `/conversations/${conversationId}/queue/${id}`;
    const answer = await this.#try(() => this.api.send<{ cancelled: boolean }>("DELETE", path));
    if (answer?.cancelled === true) this.#promises.push({ kind: "cancelled", conversationId, text, answered: true });
  }

  async stop(conversationId: string): Promise<void> {
    this.#promises.push({ kind: "stopped", conversationId });
    await this.#try(() => this.api.send("POST", `/conversations/${conversationId}/stop`));
  }

  async close(conversationId: string): Promise<void> {
    this.#promises.push({ kind: "closed", conversationId, answered: false });
    const answer = await this.#try(() => this.api.send("POST", `/conversations/${conversationId}/close`));
    if (answer !== undefined) this.#promises.push({ kind: "closed", conversationId, answered: true });
  }

  /** Waits for a question about a tool call, and says yes; or until the turn is over without one. */
  async allow(conversationId: string, turn: Promise<unknown>): Promise<void> {
    let isOver = false;
    void turn.then(() => {
      isOver = true;
    });
    while (!isOver) {
      const allowed = (await this.#try(() => allowWaiting(this.api, conversationId))) ?? [];
      for (const toolCallId of allowed) this.#promises.push({ kind: "allowed", conversationId, toolCallId });
      if (allowed.length > 0) return;
      await Bun.sleep(lookMs);
    }
  }

  async title(conversationId: string, title: string): Promise<void> {
    const answer = await this.#try(() => this.api.send("PUT", `/conversations/${conversationId}/title`, { title }));
    if (answer !== undefined) this.#promises.push({ kind: "titled", conversationId, title });
  }

  async compact(conversationId: string, keepLastN: number): Promise<void> {
    await this.#try(() => this.api.send("POST", `/conversations/${conversationId}/compact`, { keepLastN }));
  }

  /** Resolves when an event of that kind has been seen, or none has come for long, or the server is gone. */
  async seen(conversationId: string, is: (event: AgentEvent) => boolean): Promise<void> {
    const [watcher] = this.#watchers;
    if (watcher === undefined) return;
    let isThere = false;
    const there = watcher.until((events) => events.some((event) => event.conversationId === conversationId && is(event)));
    void there.then(() => {
      isThere = true;
    });
    for (let seen = -1; !isThere && seen < watcher.events.length; ) {
      seen = watcher.events.length;
      await Promise.race([there, Bun.sleep(quietMsMax)]);
    }
  }

  /** Everything that the server has sent until now has arrived; logs are read as far as they are shown. */
  async lookAround(): Promise<void> {
    const reading = this.#conversations.map(async (id) => {
      const answer = await this.#try(() => this.api.get<{ chunks: readonly StoredChunk[] }>(`/conversations/${id}`));
      if (answer !== undefined) this.#readings[id] = answer.chunks;
    });
    await Promise.all([...reading, ...this.#watchers.map((watcher) => watcher.catchUp())]);
  }

  /** Resolves when the server has closed every socket: nothing more can come. */
  async gone(): Promise<void> {
    await Promise.all(this.#watchers.map(({ closed }) => closed));
  }

  testimony(): Testimony {
    const watched = this.#watchers.flatMap(({ events }) =>
      this.#conversations.map((conversationId) => ({
        conversationId,
        events: events.filter((event) => event.conversationId === conversationId),
      })),
    );
    const asked = this.#asked.map(({ conversationId, events }) => ({ conversationId, events: [...events] }));
    return { watchers: [...watched, ...asked], promises: [...this.#promises], readings: { ...this.#readings } };
  }

  [Symbol.dispose](): void {
    for (const watcher of this.#watchers) watcher[Symbol.dispose]();
  }

  async #try<T>(ask: () => Promise<T>): Promise<T | undefined> {
    try {
      return await ask();
    } catch {
      // Refused, or the server is gone: nothing was promised.
      return undefined;
    }
  }
}
