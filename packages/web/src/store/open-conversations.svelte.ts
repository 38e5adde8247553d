import type { ClientFrame } from "@dispatch/transport-contract";
import { SvelteMap } from "svelte/reactivity";
import { type ConversationPorts, OpenConversation } from "./open-conversation.svelte.ts";

export interface OpeningPorts extends Omit<ConversationPorts, "send" | "announce"> {
  /** `false`: there is no connection now. */
  sendNow(frame: ClientFrame): boolean;
  /** Of what a person says in a conversation. */
  sendFrom(id: string, frame: ClientFrame): boolean;
  announceFrom(id: string, text: string): void;
}

/** Every conversation that was looked at since the page is there, each watched over the connection. */
export class OpenConversations {
  readonly #open = new SvelteMap<string, OpenConversation>();
  readonly #ports: OpeningPorts;

  constructor(ports: OpeningPorts) {
    this.#ports = ports;
  }

  get(id: string): OpenConversation | undefined {
    return this.#open.get(id);
  }

  /** One that is not watched yet is from now on. */
  at(id: string): OpenConversation {
    return this.#open.get(id) ?? this.#watch(id);
  }

  connected(): void {
    for (const [id, conversation] of this.#open) {
      this.#ports.sendNow({ type: "chat.subscribe", conversationId: id });
      void conversation.connected();
    }
  }

  leave(id: string): void {
    this.#open.delete(id);
    this.#ports.sendNow({ type: "chat.unsubscribe", conversationId: id });
  }

  loadSettings(): void {
    for (const conversation of this.#open.values()) void conversation.loadSettings();
  }

  #watch(id: string): OpenConversation {
    const { sendNow, sendFrom, announceFrom, ...ports } = this.#ports;
    const conversation = new OpenConversation(id, {
      ...ports,
      send: (frame) => sendFrom(id, frame),
      announce: (text) => announceFrom(id, text),
    });
    this.#open.set(id, conversation);
    if (sendNow({ type: "chat.subscribe", conversationId: id })) void conversation.connected();
    else conversation.retry();
    void conversation.loadSettings();
    return conversation;
  }
}
