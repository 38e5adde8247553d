import type { Conversations, TurnTaking } from "./contract.ts";
import { Conversation } from "./conversation.ts";
import { folderOf, nextRequest } from "./desk.ts";
import { Leaving } from "./faults.ts";
import type { Ports } from "./ports.ts";
import { removeFamily } from "./remove.ts";

/** Idle conversations that stay in memory, so that their next turn costs only what it adds: at most this many, and about this many characters. */
const cachedConversationsMax = 512;
const cachedCharactersMax = 48_000_000;
const weighEvery = 32;

/** The conversations of this process: at most one writer each. */
export class ConversationTable implements Conversations {
  readonly #ports: Ports;
  /** Least recently asked for first. */
  readonly #table = new Map<string, Conversation>();
  #sinceWeighed = 0;
  #takes = true;

  constructor(ports: Ports) {
    this.#ports = ports;
  }

  /** What `TurnTaking` promises, for all conversations of this process. */
  readonly taking: TurnTaking = {
    end: () => {
      this.#takes = false;
    },
    settled: async (signal) => {
      const aborted = new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
      for (;;) {
        const busy = [...this.#table.values()].filter(({ isUnderWay }) => isUnderWay);
        if (busy.length === 0 || signal.aborted) return busy.length;
        await Promise.race([aborted, Promise.all(busy.map((conversation) => conversation.rest()))]);
      }
    },
  };

  submit: Conversations["submit"] = async (submission) => {
    if (!this.#takes) throw new Leaving();
    const conversationId = submission.conversationId ?? this.#ports.newId();
    return this.#conversation(conversationId).submit(submission);
  };
  enqueue: Conversations["enqueue"] = async (id, text, workspaceId) => {
    if (!this.#takes && !this.isActive(id)) throw new Leaving();
    return this.#conversation(id).enqueue(text, workspaceId);
  };
  cancelQueued: Conversations["cancelQueued"] = (id, messageId) => this.#conversation(id).cancelQueued(messageId);
  queue: Conversations["queue"] = (id) => this.#conversation(id).queue();
  stop: Conversations["stop"] = (id) => this.#conversation(id).stop();
  close: Conversations["close"] = (id) => this.#conversation(id).close();
  fold: Conversations["fold"] = (id, fold) => this.#conversation(id).fold(fold);
  watch: Conversations["watch"] = (id) => this.#conversation(id).watch();
  isActive: Conversations["isActive"] = (id) => this.#table.get(id)?.isActive === true;

  change: Conversations["change"] = async (id, change) => {
    const record = await this.#conversation(id).change(change);
    this.#ports.tell.changed(id);
    return record;
  };

  open: Conversations["open"] = async (id) => {
    const record = await this.#ports.log.record(id);
    this.#ports.tell.opened(id, record?.workspaceId ?? "default");
  };

  folder: Conversations["folder"] = async (id) => folderOf(this.#ports, id, await this.#ports.log.record(id));
  view: Conversations["view"] = async (id) => (await this.#conversation(id).snapshot()).messages;
  nextRequest: Conversations["nextRequest"] = async (id, options) =>
    nextRequest(this.#ports, id, await this.#conversation(id).snapshot(), options);

  remove: Conversations["remove"] = async (id) => {
    const conversationIds = await removeFamily(id, {
      log: this.#ports.log,
      keepers: this.#ports.keepers,
      alone: (ids, work) => this.#alone([...ids].sort(), work),
    });
    for (const gone of conversationIds) {
      this.#ports.workspaces.forget(gone);
      this.#ports.tell.removed(gone);
    }
    return { conversationIds };
  };

  settled: Conversations["settled"] = async (id, timeoutMs, signal) =>
    (await this.#table.get(id)?.settled(timeoutMs, signal)) ?? { settled: true };

  /** Takes up every turn that a former process left open. One that cannot be does not hold up the others. */
  async resumeAll(): Promise<void> {
    const ids = await this.#ports.log.openTurns();
    await Promise.all(
      ids.map((id) =>
        this.#conversation(id)
          .wake()
          .catch((thrown: unknown) => this.#ports.journal.error("resume-failed", { conversationId: id, error: String(thrown) })),
      ),
    );
  }

  /** One after another and always in the same order, so that two never wait for each other. */
  #alone([id, ...others]: readonly string[], work: () => Promise<void>): Promise<void> {
    return id === undefined ? work() : this.#conversation(id).alone(() => this.#alone(others, work));
  }

  #conversation(id: string): Conversation {
    const known = this.#table.get(id);
    if (known !== undefined) this.#table.delete(id);
    const conversation = known ?? new Conversation(id, this.#ports);
    this.#table.set(id, conversation);
    if (known === undefined) this.#forgetIdle(id);
    return conversation;
  }

  /** Weighing all of them costs, so it is done now and then, for all that came since. */
  #forgetIdle(keep: string): void {
    this.#sinceWeighed += 1;
    if (this.#sinceWeighed < weighEvery) return;
    this.#sinceWeighed = 0;
    let characters = 0;
    for (const { weight } of this.#table.values()) characters += weight;
    for (const [id, conversation] of this.#table) {
      if (this.#table.size <= cachedConversationsMax && characters <= cachedCharactersMax) return;
      if (id === keep || !conversation.isIdle) continue;
      characters -= conversation.weight;
      this.#table.delete(id);
    }
  }
}
