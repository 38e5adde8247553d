import type { Message, Model, ModelRequest } from "@dispatch/kernel";

/** Requests of one turn, and conversations, that are remembered. */
const requestsMax = 1_000;
const conversationsMax = 1_000;

/** What models were asked in the turns that run now, in the order of their spans. Nothing is copied: the messages are those of the turn. */
export class CapturedPrompts {
  readonly #running = new Map<string, (readonly Message[])[]>();

  begin(conversationId: string): void {
    this.#running.delete(conversationId);
    if (this.#running.size < conversationsMax) this.#running.set(conversationId, []);
  }

  watch(model: Model, conversationId: string): Model {
    const { name, contextWindow, vision } = model;
    return {
      name,
      ...(contextWindow === undefined ? {} : { contextWindow }),
      ...(vision === undefined ? {} : { vision }),
      stream: (request, signal) => {
        this.#note(conversationId, request);
        return model.stream(request, signal);
      },
    };
  }

  /** As many as the turn has requests, or none: which is whose must be certain. */
  end(conversationId: string, requests: number): readonly (readonly Message[])[] {
    const captured = this.#running.get(conversationId) ?? [];
    this.#running.delete(conversationId);
    return captured.length === requests ? captured : [];
  }

  /** What warms a cache is in no turn. */
  #note(conversationId: string, { messages, outputTokensMax }: ModelRequest): void {
    const captured = this.#running.get(conversationId);
    if (captured !== undefined && captured.length < requestsMax && outputTokensMax !== 1) captured.push(messages);
  }
}
