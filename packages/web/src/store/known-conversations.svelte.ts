import type { ServerFrame } from "@dispatch/transport-contract";
import type { ConversationMeta } from "@dispatch/wire";
import { SvelteMap } from "svelte/reactivity";
import type { Api } from "../protocol/api.ts";
import type { ApiFault } from "../protocol/api-fault.ts";
import { emptyList, type ListState, ownerOfArchive, withConversations, without, withStatus, withTitle } from "./list-state.ts";

/** A conversation that is not open: closed, or the archive of another one. */
export interface ClosedConversation {
  readonly meta: ConversationMeta;
  /** Of an archive: what it was made of. */
  readonly owner?: ConversationMeta;
}

/** What is known of conversations beside what was said in them. */
export class KnownConversations {
  list = $state.raw<ListState>(emptyList);
  fault = $state.raw<ApiFault>();
  /** The server was asked for the list, whatever it answered. */
  asked = $state(false);
  /** Those that somebody looked at, and that the list does not name. */
  readonly #closed = new SvelteMap<string, ClosedConversation>();
  readonly #api: Api;

  constructor(api: Api) {
    this.#api = api;
  }

  metaOf(id: string): ConversationMeta | undefined {
    return this.#openOf(id) ?? this.#closed.get(id)?.meta;
  }

  closedOf(id: string): ClosedConversation | undefined {
    return this.#openOf(id) === undefined ? this.#closed.get(id) : undefined;
  }

  /** A first message gives it a title. */
  isUntitled(id: string): boolean {
    return (this.#openOf(id)?.title ?? "Untitled") === "Untitled";
  }

  /** `false`: the server did not answer. */
  async refresh(): Promise<boolean> {
    try {
      this.list = withConversations(this.list, await this.#api.conversations());
      this.fault = undefined;
      return true;
    } catch (thrown) {
      this.fault = thrown as ApiFault;
      return false;
    } finally {
      this.asked = true;
    }
  }

  /** What the list does not name is closed, or a draft. */
  async learn(id: string, isEmpty: () => Promise<boolean | undefined>): Promise<void> {
    if (this.metaOf(id) !== undefined || (await isEmpty()) !== false || this.metaOf(id) !== undefined) return;
    const all = await this.#api.conversations("").catch(() => []);
    const meta = all.find((one) => one.id === id);
    if (meta?.status !== "closed") return;
    const owner = ownerOfArchive(id, all);
    this.#closed.set(id, { meta, ...(owner === undefined ? {} : { owner }) });
  }

  close(id: string): void {
    const meta = this.#openOf(id);
    if (meta !== undefined) this.#closed.set(id, { meta: { ...meta, status: "closed" } });
    this.list = without(this.list, id);
  }

  rename(id: string, title: string): void {
    this.list = withTitle(this.list, id, title);
    const closed = this.#closed.get(id);
    if (closed !== undefined) this.#closed.set(id, { ...closed, meta: { ...closed.meta, title } });
  }

  /** `false`: it is about a conversation that the list does not name. */
  take(frame: Extract<ServerFrame, { type: "conversation.statusChanged" }>, now: number): boolean {
    if (frame.status === "closed") this.close(frame.conversationId);
    this.list = withStatus(this.list, frame, now);
    return this.list.unknown.size === 0;
  }

  #openOf(id: string): ConversationMeta | undefined {
    return this.list.conversations.find((one) => one.id === id);
  }
}
