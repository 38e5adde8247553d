import { type ChatRequest, chatPath, conversationIdHeader, errorBody, type Op } from "@dispatch/transport-contract";
import { ClientFault } from "./client-fault.ts";
import { kindOfStatus } from "./exit-code.ts";
import { cancelled, type Http } from "./http.ts";
import { ndjsonLines } from "./ndjson.ts";

/** The server as the contracts describe it. Every answer that is not 2xx is thrown as a `ClientFault` of the server's kind and code. */
export interface Api {
  /** Checks input and answer against the op's schemas. */
  call<Input, Output>(op: Op<Input, Output>, input: unknown): Promise<Answer<Output>>;
  chat(request: Partial<ChatRequest>): Promise<ChatStream>;
}

export interface Answer<Output> {
  readonly output: Output;
  /** As the server sent it, with the fields that this client does not know. */
  readonly raw: unknown;
}

export interface ChatStream {
  readonly conversationId: string | undefined;
  /** JSON of one event a line, all that arrive together at once. Throws `cli/connection-lost` (unavailable) when the stream breaks. */
  readonly lines: AsyncIterable<readonly string[]>;
}

export const connectionLost = "cli/connection-lost";

export function createApi(http: Http, signal: AbortSignal): Api {
  return {
    async call<Input, Output>(op: Op<Input, Output>, input: unknown) {
      const checked = op.input.safeParse(input);
      if (!checked.success) throw new ClientFault("invalid", "cli/invalid-input", problems(checked.error.issues));
      const response = await http.send(requestOf(op, input));
      const raw = await bodyOf(response);
      if (!response.ok) throw faultOf(response.status, raw);
      const output = op.output.safeParse(raw);
      if (!output.success) throw notDispatch(op.id, problems(output.error.issues));
      return { output: output.data, raw };
    },
    async chat(request) {
      const response = await http.send({ method: "POST", path: chatPath, body: request });
      if (!response.ok) throw faultOf(response.status, await bodyOf(response));
      if (response.body === null) throw notDispatch("a chat", "there is no body");
      return {
        conversationId: response.headers.get(conversationIdHeader) ?? undefined,
        lines: ndjsonLines(unbroken(response.body, signal)),
      };
    },
  };
}

/** Path parameters are spent on the path; the rest is the query or the body. */
function requestOf(op: Op<never, unknown> | Op, input: unknown): { method: string; path: string; body?: unknown } {
  const rest = new Map(Object.entries(input as { readonly [field: string]: unknown }));
  const path = op.http.path.replace(/:([A-Za-z]+)/g, (_, field: string) => {
    const value = rest.get(field);
    rest.delete(field);
    return encodeURIComponent(String(value));
  });
  const { method } = op.http;
  if (method === "POST" || method === "PUT") return { method, path, body: Object.fromEntries(rest) };
  const query = new URLSearchParams();
  for (const [field, value] of rest) if (value !== undefined) query.set(field, String(value));
  return { method, path: query.size === 0 ? path : `${path}?${query}` };
}

async function bodyOf(response: Response): Promise<unknown> {
  const text = await response.text();
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function faultOf(status: number, body: unknown): ClientFault {
  const said = errorBody.safeParse(body);
  if (said.success) return new ClientFault(said.data.kind, said.data.code, said.data.error, said.data.data);
  const kind = kindOfStatus(status);
  const older = typeof body === "object" && body !== null && "error" in body ? `: ${String(body.error)}.` : undefined;
  const reason = older ?? ", and not as a Dispatch server does. Check --server and BACKEND_PORT.";
  return new ClientFault(kind, "cli/refused", `The server answered with status ${status}${reason}`);
}

const notDispatch = (what: string, why: string): ClientFault =>
  new ClientFault(
    "defect",
    "cli/unexpected-answer",
    `The answer is not one of a Dispatch server (${what}: ${why}). Check --server and BACKEND_PORT.`,
  );

interface Issue {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

const problems = (issues: readonly Issue[]): string =>
  issues.map(({ path, message }) => (path.length === 0 ? message : `${path.map(String).join(".")}: ${message}`)).join("; ");

async function* unbroken(body: AsyncIterable<Uint8Array>, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  try {
    yield* body;
  } catch (thrown) {
    if (signal.aborted) throw cancelled();
    const why = thrown instanceof Error ? thrown.message : String(thrown);
    throw new ClientFault("unavailable", connectionLost, `The connection to the server broke (${why}).`);
  }
}
