import { type ChatRequest, chatPath, conversationIdHeader, errorBody, getHealth, ndjsonType, type Op } from "@dispatch/transport-contract";
import { answerBody, answerBytesMax } from "./answer-body.ts";
import { ClientFault } from "./client-fault.ts";
import { kindOfStatus } from "./exit-code.ts";
import { cancelled, type Http } from "./http.ts";
import { livingStream, silenceMsDefault } from "./living-stream.ts";
import { ndjsonLines } from "./ndjson.ts";
import { patienceMsDefault } from "./patience.ts";

/** The server as the contracts describe it. Every answer that is not 2xx is thrown as a `ClientFault` of the server's kind and code. */
export interface Api {
  /** Checks input and answer against the op's schemas. An op that takes its time needs more patience than the default. */
  call<Input, Output>(op: Op<Input, Output>, input: unknown, patienceMs?: number): Promise<Answer<Output>>;
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
    async call<Input, Output>(op: Op<Input, Output>, input: unknown, patienceMs = patienceMsDefault) {
      const checked = op.input.safeParse(input);
      if (!checked.success) throw new ClientFault("invalid", "cli/invalid-input", problems(checked.error.issues));
      const response = await http.send({ ...requestOf(op, input), patienceMs });
      const raw = await bodyOf(response, patienceMs, signal);
      if (!response.ok) throw faultOf(response, raw);
      if (raw === undefined) throw notDispatch(op.id, `${typeOf(response)} instead of JSON`);
      const output = op.output.safeParse(raw);
      if (!output.success) throw notDispatch(op.id, problems(output.error.issues));
      return { output: output.data, raw };
    },
    async chat(request) {
      const response = await http.send({ method: "POST", path: chatPath, body: request });
      if (!response.ok) throw faultOf(response, await bodyOf(response, patienceMsDefault, signal));
      // A type that is not told may be the right one.
      if (response.body === null || !(response.headers.get("content-type") ?? ndjsonType).startsWith(ndjsonType)) {
        void response.body?.cancel().catch(() => {});
        throw notDispatch("a chat", `${typeOf(response)} instead of events`);
      }
      const alive = async () => {
        await (await http.send({ method: getHealth.http.method, path: getHealth.http.path })).body?.cancel();
      };
      return {
        conversationId: response.headers.get(conversationIdHeader) ?? undefined,
        lines: ndjsonLines(unbroken(livingStream(response.body, { silenceMs: silenceMsDefault, ask: alive }), signal)),
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

/** `undefined`: it is no JSON. */
async function bodyOf({ body }: Response, patienceMs: number, signal: AbortSignal): Promise<unknown> {
  const text = await answerBody(body, { sizeBytesMax: answerBytesMax, patienceMs }).catch((thrown: unknown) => {
    throw brokenOff(thrown, signal);
  });
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const typeOf = ({ headers }: Response): string => headers.get("content-type") ?? "something without a type";

function faultOf({ status, headers }: Response, body: unknown): ClientFault {
  const said = errorBody.safeParse(body);
  if (said.success) return new ClientFault(said.data.kind, said.data.code, said.data.error, said.data.data);
  if (status >= 300 && status < 400) return redirected(status, headers.get("location"));
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

const redirected = (status: number, location: string | null): ClientFault =>
  new ClientFault(
    "invalid",
    "cli/redirected",
    `The server answered with status ${status} and sends on to ${location ?? "nowhere"}. If that is your server, give its address with --server <url>.`,
  );

async function* unbroken(body: AsyncIterable<Uint8Array>, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  try {
    yield* body;
  } catch (thrown) {
    throw brokenOff(thrown, signal);
  }
}

function brokenOff(thrown: unknown, signal: AbortSignal): ClientFault {
  if (signal.aborted) return cancelled();
  if (thrown instanceof ClientFault && thrown.code !== "cli/no-server") return thrown;
  const why = thrown instanceof Error ? thrown.message : String(thrown);
  return new ClientFault("unavailable", connectionLost, `The connection to the server broke (${why}).`);
}
