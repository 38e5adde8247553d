import type { ConversationLog } from "@dispatch/conversation-store/contract";
import type { StoredChunk } from "@dispatch/wire";
import { knownTools, webTools } from "./reach.ts";

/**
 * Which turns have read what came from the web: such a turn stays tainted to its end, and the next begins with a person's message. A turn that an earlier
 * process began is judged by its log, which is read once.
 */
export class Taints {
  readonly #log: Pick<ConversationLog, "openTurns" | "chunks">;
  readonly #tainted = new Map<string, string>();
  /** Turns that were open when this process first asked. */
  #inherited: Promise<Set<string>> | undefined;

  constructor(log: Pick<ConversationLog, "openTurns" | "chunks">) {
    this.#log = log;
  }

  /** At once, once it is known which turns were open before. */
  isTainted(conversationId: string, turnId: string): boolean | Promise<boolean> {
    if (this.#inheritedNow?.has(conversationId) === false) return this.#tainted.get(conversationId) === turnId;
    return this.#lookBack(conversationId, turnId);
  }

  taint(conversationId: string, turnId: string): void {
    this.#tainted.set(conversationId, turnId);
  }

  /** The turn is over: what is remembered is never more than what runs. */
  forget(conversationId: string, turnId: string): void {
    if (this.#tainted.get(conversationId) === turnId) this.#tainted.delete(conversationId);
  }

  /** Somebody else than the model wrote the address, or a result held it. */
  async isKnownAddress(conversationId: string, url: string): Promise<boolean> {
    const chunks = await this.#log.chunks(conversationId, {});
    return chunks.some(({ role, chunk }) => (role === "user" || role === "tool") && stands(url, textOf(chunk)));
  }

  #inheritedNow: Set<string> | undefined;

  async #lookBack(conversationId: string, turnId: string): Promise<boolean> {
    this.#inherited ??= this.#log.openTurns().then((ids) => new Set(ids));
    this.#inherited.catch(() => {
      this.#inherited = undefined;
    });
    this.#inheritedNow = await this.#inherited;
    if (this.#inheritedNow.has(conversationId)) {
      const chunks = await this.#log.chunks(conversationId, {});
      if (hasWebInLastTurn(chunks)) this.taint(conversationId, turnId);
      this.#inheritedNow.delete(conversationId);
    }
    return this.#tainted.get(conversationId) === turnId;
  }
}

/**
 * Since the message that opened the last turn: one that follows a result was steering, or a turn was cut, and then more counts than needs to. Of a tool
 * that is not known here the log does not tell whether it asked the web.
 */
function hasWebInLastTurn(chunks: readonly StoredChunk[]): boolean {
  const from = chunks.findLastIndex(({ role, chunk }, n) => role === "user" && chunk.type === "text" && chunks[n - 1]?.role !== "tool");
  return chunks.slice(from + 1).some(({ chunk }) => {
    if (chunk.type !== "tool-result") return false;
    return webTools.includes(chunk.toolName) || !knownTools.includes(chunk.toolName);
  });
}

const textOf = (chunk: StoredChunk["chunk"]): string =>
  chunk.type === "text" || chunk.type === "system" ? chunk.text : chunk.type === "tool-result" ? chunk.content : "";

/** Whole: a longer address that begins with it is another. */
function stands(url: string, text: string): boolean {
  for (let at = text.indexOf(url); at >= 0; at = text.indexOf(url, at + 1))
    if (/^(?:$|[\s"'<>()[\]{}|\\^`,;*]|[.:!?](?:\s|$))/.test(text.slice(at + url.length, at + url.length + 2))) return true;
  return false;
}
