import { type Fault, fault, type Message } from "@dispatch/kernel";
import type { Conversations } from "@dispatch/session-orchestrator/contract";
import type { Usage } from "@dispatch/wire";
import { Refused } from "./faults.ts";

export interface WarmWish {
  /** Absent: the conversation's own. */
  readonly modelName?: string;
  readonly cwd?: string;
}

/** Stands behind the log, where the next prompt will stand, and is thrown away. */
const throwAway: Message = { id: "cache-warming", role: "user", parts: [{ chunk: { type: "text", text: "Say OK." } }] };

export class NothingToWarm extends Refused {
  constructor() {
    super("There is nothing to warm yet: the model has not been asked anything in this conversation.");
  }
}

/**
 * Asks what the conversation's next turn will ask, for a single token. Gives what it cost. Rejects with the signal's reason as soon as it aborts, also when
 * the model does not listen; with `NothingToWarm`; and with the provider's failure, whose `data.retryAfterMs` is its wish.
 */
export async function warmRequest(
  conversations: Pick<Conversations, "nextRequest">,
  conversationId: string,
  wish: WarmWish,
  signal: AbortSignal,
): Promise<Partial<Usage>> {
  const stopped = Promise.withResolvers<never>();
  const stop = () => stopped.reject(signal.reason as unknown);
  signal.addEventListener("abort", stop, { once: true });
  if (signal.aborted) stop();
  try {
    return await Promise.race([ask(conversations, conversationId, wish, signal), stopped.promise]);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

async function ask(
  conversations: Pick<Conversations, "nextRequest">,
  conversationId: string,
  wish: WarmWish,
  signal: AbortSignal,
): Promise<Partial<Usage>> {
  const { model, request } = await conversations.nextRequest(conversationId, { ...wish, also: [throwAway], outputTokensMax: 1, signal });
  if (request.messages.every(({ id }) => id === throwAway.id)) throw new NothingToWarm();
  if (signal.aborted) throw signal.reason;
  let usage: Partial<Usage> = {};
  let hasFinished = false;
  for await (const part of model.stream(request, signal)) {
    if (part.type === "usage") usage = part.usage;
    if (part.type === "error") throw failure(part.kind, part.code, part.message, part.retryAfterMs);
    if (part.type === "finish") hasFinished = part.unified !== "error";
  }
  if (!hasFinished) throw failure("unavailable", "cache-warming/cut", "The model's answer to the warm request broke off.");
  return usage;
}

function failure(kind: Fault["kind"], code: Fault["code"], message: string, retryAfterMs?: number): Fault {
  return fault(kind, code, message, retryAfterMs === undefined ? {} : { data: { retryAfterMs } });
}
