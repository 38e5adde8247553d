import type { Message } from "../contracts/message.ts";

/** Ids of calls, each once in a conversation: results find their call by it, and some providers count from zero in every answer. */
export class CallIds {
  readonly #taken = new Set<string>();

  constructor(history: readonly Message[]) {
    for (const { parts } of history) for (const { chunk } of parts) if (chunk.type === "tool-call") this.#taken.add(chunk.toolCallId);
  }

  /** The id itself when it is free, else one made from it. */
  claim(id: string): string {
    const base = id === "" ? "call" : id;
    let free = base;
    for (let copy = 2; this.#taken.has(free); copy++) free = `${base}_${copy}`;
    this.#taken.add(free);
    return free;
  }
}
