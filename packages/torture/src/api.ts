import type { AgentEvent, ConversationMeta, QueuedMessage, StoredChunk, TurnMetrics } from "@dispatch/wire";

/** A client of one server, over HTTP. Calls reject when the server is gone. */
export interface Api {
  get<T>(path: string): Promise<T>;
  send<T>(method: "POST" | "PUT" | "DELETE", path: string, body?: unknown): Promise<T>;
  /** Every event of one turn, each told as it comes; what came until the server was gone. */
  chat(request: ChatRequest, tell?: (event: AgentEvent) => void): Promise<readonly AgentEvent[]>;
}

export interface ChatRequest {
  readonly conversationId: string;
  readonly message: string;
  readonly [field: string]: unknown;
}

/** What a person reads of a conversation. */
export interface Reading {
  readonly chunks: readonly StoredChunk[];
  readonly turns: readonly TurnMetrics[];
  readonly status: string;
  readonly queue: readonly QueuedMessage[];
}

export function apiOf(url: string): Api {
  const send = async <T>(method: string, path: string, body?: unknown): Promise<T> => {
    const response = await fetch(`${url}${path}`, body === undefined ? { method } : jsonRequest(method, body));
    const answer = await response.json();
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${JSON.stringify(answer)}`);
    return answer as T;
  };
  return {
    get: (path) => send("GET", path),
    send,
    async chat(request, tell = () => {}) {
      const seen: AgentEvent[] = [];
      try {
        const { body } = await fetch(`${url}/chat`, jsonRequest("POST", request));
        for await (const line of linesOf(body)) {
          const event = JSON.parse(line) as AgentEvent;
          seen.push(event);
          tell(event);
        }
      } catch {
        // The server is gone: what it said until then counts.
      }
      return seen;
    },
  };
}

const jsonRequest = (method: string, body: unknown): RequestInit => ({
  method,
  headers: { "content-type": "application/json" },
  body: JSON.stringify(body),
});

/** Whole lines alone: half a line is nothing that a client could read. */
async function* linesOf(body: ReadableStream<Uint8Array> | null): AsyncGenerator<string> {
  let rest = "";
  const decoder = new TextDecoder();
  for await (const bytes of body ?? new ReadableStream<Uint8Array>()) {
    const lines = (rest + decoder.decode(bytes, { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    yield* lines.filter((line) => line !== "");
  }
}

export const conversationsOf = async (api: Api): Promise<readonly ConversationMeta[]> =>
  (await api.get<{ conversations: readonly ConversationMeta[] }>("/conversations")).conversations;

/** Allows every tool call that waits for a person, and names them. */
export async function allowWaiting(api: Api, conversationId: string): Promise<readonly string[]> {
  const { approvals } = await api.get<{ approvals: readonly { id: string; toolCallId: string }[] }>(
    `/approvals?conversationId=${conversationId}`,
  );
  for (const { id } of approvals) await api.send("POST", `/approvals/${id}/allow`, {});
  return approvals.map(({ toolCallId }) => toolCallId);
}

export async function readConversation(api: Api, id: string): Promise<Reading> {
  const [{ chunks }, { turns }, { status }, { queue }] = await Promise.all([
    api.get<{ chunks: readonly StoredChunk[] }>(`/conversations/${id}`),
    api.get<{ turns: readonly TurnMetrics[] }>(`/conversations/${id}/metrics`),
    api.get<{ status: string }>(`/conversations/${id}/status`).catch(() => ({ status: "unknown" })),
    api.get<{ queue: readonly QueuedMessage[] }>(`/conversations/${id}/queue`),
  ]);
  return { chunks, turns, status, queue };
}
