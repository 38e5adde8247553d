/** A server of the protocol as far as one test needs it: answers by `METHOD /path`, 404 for the rest, and keeps what it was asked. */
export interface TinyServer extends Disposable {
  readonly port: number;
  readonly url: string;
  readonly asked: Asked[];
}

export interface Asked {
  readonly route: string;
  readonly query: { readonly [name: string]: string };
  readonly body: unknown;
  readonly authorization: string | null;
}

export type Answers = { readonly [route: string]: (asked: Asked) => Response | Promise<Response> };

export function serve(answers: Answers): TinyServer {
  const asked: Asked[] = [];
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    idleTimeout: 0,
    async fetch(request) {
      const url = new URL(request.url);
      const text = await request.text();
      const entry: Asked = {
        route: `${request.method} ${decodeURIComponent(url.pathname)}`,
        query: Object.fromEntries(url.searchParams),
        body: text === "" ? undefined : JSON.parse(text),
        authorization: request.headers.get("authorization"),
      };
      asked.push(entry);
      const answer = answers[entry.route];
      return answer === undefined
        ? refusal(404, { error: "No such route.", code: "transport-http/no-route", kind: "missing" })
        : answer(entry);
    },
  });
  const port = server.port ?? 0;
  return { port, url: `http://127.0.0.1:${port}`, asked, [Symbol.dispose]: () => void server.stop(true) };
}

export const json = (body: unknown): Response => Response.json(body);
export const refusal = (status: number, body: unknown): Response => Response.json(body, { status });

/** The events of a turn as `POST /chat` streams them; `conversationId` and `turnId` are added. */
export function turn(conversationId: string, ...events: readonly { readonly type: string; readonly [field: string]: unknown }[]): Response {
  return ndjson(conversationId, lines(conversationId, events));
}

export const lines = (conversationId: string, events: readonly { readonly type: string; readonly [field: string]: unknown }[]): string =>
  events.map((event) => `${JSON.stringify({ conversationId, turnId: "turn-1", ...event })}\n`).join("");

export const ndjson = (conversationId: string, body: string | ReadableStream<Uint8Array>): Response =>
  new Response(body, { headers: { "content-type": "application/x-ndjson", "x-conversation-id": conversationId } });

export const finished = [{ type: "done", reason: "stop" }, { type: "turn-sealed" }] as const;
