/** A Firecrawl of the tests: answers each path as the test says, and notes what it was asked. */
export interface FirecrawlServer extends AsyncDisposable {
  readonly url: string;
  readonly requests: readonly FirecrawlRequest[];
  /** Resolves when so many requests have come. */
  asked(count: number): Promise<void>;
  /** Resolves when so many requests were left by who made them. */
  left(count: number): Promise<void>;
}

export interface FirecrawlRequest {
  /** `POST /v2/search`. */
  readonly route: string;
  readonly authorization: string | null;
  readonly body: unknown;
}

export type Answering = (request: FirecrawlRequest, nth: number) => Response | Promise<Response>;

export function startFirecrawl(answer: Answering): FirecrawlServer {
  const requests: FirecrawlRequest[] = [];
  const waiting: { readonly isMet: () => boolean; readonly wake: () => void }[] = [];
  let leavings = 0;
  const look = () => {
    for (const { isMet, wake } of waiting) if (isMet()) wake();
  };
  const until = (isMet: () => boolean) => new Promise<void>((wake) => (isMet() ? wake() : waiting.push({ isMet, wake })));
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    idleTimeout: 0,
    async fetch(request) {
      const body = request.method === "POST" ? await request.json() : null;
      const asked = {
        route: `${request.method} ${new URL(request.url).pathname}`,
        authorization: request.headers.get("authorization"),
        body,
      };
      request.signal.addEventListener("abort", () => {
        leavings++;
        look();
      });
      requests.push(asked);
      look();
      return answer(asked, requests.filter(({ route }) => route === asked.route).length);
    },
  });
  return {
    url: `http://127.0.0.1:${server.port}`,
    requests,
    asked: (count) => until(() => requests.length >= count),
    left: (count) => until(() => leavings >= count),
    async [Symbol.asyncDispose]() {
      await server.stop(true);
    },
  };
}

export const success = (fields: object): Response => Response.json({ success: true, ...fields });
export const never = (): Promise<Response> => new Promise(() => {});
