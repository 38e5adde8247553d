import type { ConversationLog } from "@dispatch/conversation-store/contract";

/** Turns whose answer is remembered; those that began longest ago are forgotten. */
const turnsMax = 1_000;

/** Which computer the tools of a turn are to run on, asked once a turn and only when it calls one. */
export class WantedComputers {
  readonly #log: Pick<ConversationLog, "record">;
  readonly #defaultOf: (workspaceId: string) => Promise<string | null>;
  readonly #turns = new Map<string, Promise<string | null>>();

  constructor(log: Pick<ConversationLog, "record">, defaultOf: (workspaceId: string) => Promise<string | null>) {
    this.#log = log;
    this.#defaultOf = defaultOf;
  }

  /** The conversation's own, else its workspace's; `null`: the server's machine. Faults: the store's. */
  of(conversationId: string, turnId: string): Promise<string | null> {
    const known = this.#turns.get(turnId);
    if (known !== undefined) return known;
    const wanted = this.#ask(conversationId);
    this.#turns.set(turnId, wanted);
    wanted.catch(() => this.#turns.delete(turnId));
    const [first] = this.#turns.keys();
    if (this.#turns.size > turnsMax && first !== undefined) this.#turns.delete(first);
    return wanted;
  }

  async #ask(conversationId: string): Promise<string | null> {
    const record = await this.#log.record(conversationId);
    // A client that clears by empty text means the server's machine, like one that gives none.
    return record?.computerId || (await this.#defaultOf(record?.workspaceId ?? "default"));
  }
}
