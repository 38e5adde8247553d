import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { chatErrorBody, modelList } from "./chat-completions.ts";

/**
 * A provider on loopback: a real HTTP server that answers every `POST` from its script and every `GET` with its list of models, and misbehaves on
 * request. Which protocol it speaks is the script's business: OpenAI's chat completions unless told otherwise.
 * Built on `node:http`, because `Bun.serve` cannot cut a connection without printing a stack.
 */
export interface ModelServer extends AsyncDisposable {
  /** `http://127.0.0.1:<port>/v1`, to be given as a base URL. */
  readonly url: string;
  /** Every `POST` so far, in order of arrival. */
  readonly requests: readonly ModelServerRequest[];
  /** How often the models were listed. */
  readonly lists: number;
  /** Bytes of chat answers sent so far, over all requests. */
  readonly bytesSent: number;
  /** Resolves with the n-th `POST`, counting from 1, as soon as it has arrived. */
  request(n: number): Promise<ModelServerRequest>;
  /**
   * Calls back when exactly `count` bytes of chat answers have been sent, over all requests: the answer is split there, and nothing more is
   * sent until the call has ended. Each count calls once.
   */
  atByte(count: number, call: () => void | Promise<void>): void;
}

export interface ModelServerRequest {
  /** With its query: `/v1/chat/completions`. */
  readonly path: string;
  readonly headers: { readonly [name: string]: string | undefined };
  /** Parsed JSON, or the text when it was none. */
  readonly body: unknown;
  /** The client left before the answer was complete. */
  readonly aborted: boolean;
  /** Resolves when the exchange is over, whoever ended it. */
  readonly over: Promise<void>;
}

/** What is done next in an answer. Text and bytes are written as they are, be they valid or not. */
export type AnswerStep =
  | string
  | Uint8Array
  /** Goes on when the promise settles. */
  | { readonly until: Promise<unknown> }
  /** A slow provider. */
  | { readonly pauseMs: number }
  /** Says nothing more until the client leaves. Before the first byte: the headers are withheld too. */
  | "stall"
  /** Closes the connection in the middle of the answer. */
  | "cut";

export interface Answer {
  /** 200 unless given. */
  readonly status?: number;
  /** An event stream unless given. */
  readonly headers?: { readonly [name: string]: string };
  readonly steps: readonly AnswerStep[];
}

/** The n-th request gets the n-th answer, and what comes after the last gets a 500; or a function answers. */
export type ModelScript =
  | readonly (Answer | string)[]
  | ((request: ModelServerRequest, index: number) => Answer | string | Promise<Answer | string>);

export interface ModelServerOptions {
  readonly script: ModelScript;
  /** The ids that are listed, or how the listing answers instead. */
  readonly models?: readonly string[] | Answer;
}

export async function startModelServer({ script, models = ["scripted"] }: ModelServerOptions): Promise<ModelServer> {
  const desk = new Desk();
  const wire = new Wire();
  const server = createServer((request, response) => {
    void (request.method === "GET" ? list(request, response) : chat(request, response)).catch((thrown) => confess(response, thrown));
  });

  async function list(_request: IncomingMessage, response: ServerResponse) {
    desk.lists += 1;
    const answer = isAnswer(models) ? models : { headers: { "content-type": "application/json" }, steps: [modelList(models)] };
    await send(answer, response, (bytes) => write(response, bytes));
  }

  async function chat(request: IncomingMessage, response: ServerResponse) {
    const body = await bodyOf(request);
    const [arrived, index] = desk.arrive(request, response, body);
    const answer = typeof script === "function" ? await script(arrived, index) : (script[index] ?? noAnswer(index));
    await send(typeof answer === "string" ? { steps: [answer] } : answer, response, (bytes) => wire.send(response, bytes));
  }

  const port = await listen(server);
  return {
    url: `http://127.0.0.1:${port}/v1`,
    requests: desk.requests,
    get lists() {
      return desk.lists;
    },
    get bytesSent() {
      return wire.bytesSent;
    },
    request: (n) => desk.request(n),
    atByte: (count, call) => wire.atByte(count, call),
    async [Symbol.asyncDispose]() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

/** Cuts bytes into pieces of the given sizes; what is left over is the last piece. For delivery in other pieces than a provider's own. */
export function inPieces(text: string | Uint8Array, sizes: readonly number[]): readonly Uint8Array[] {
  const bytes = typeof text === "string" ? new TextEncoder().encode(text) : text;
  const pieces: Uint8Array[] = [];
  let at = 0;
  for (const size of sizes) {
    if (at >= bytes.length) break;
    pieces.push(bytes.slice(at, at + size));
    at += size;
  }
  if (at < bytes.length) pieces.push(bytes.slice(at));
  return pieces;
}

/** Who has asked, and who waits for that. */
class Desk {
  readonly requests: ModelServerRequest[] = [];
  lists = 0;
  readonly #waiting = new Map<number, PromiseWithResolvers<ModelServerRequest>>();

  arrive(request: IncomingMessage, response: ServerResponse, body: unknown): readonly [ModelServerRequest, number] {
    const over = Promise.withResolvers<void>();
    const headers = request.headers as { [name: string]: string };
    const state = { path: request.url ?? "", headers, body, aborted: false, over: over.promise };
    response.once("close", () => {
      state.aborted = !response.writableEnded && !cutByUs.has(response);
      over.resolve();
    });
    const index = this.requests.push(state) - 1;
    this.#waiting.get(index + 1)?.resolve(state);
    return [state, index];
  }

  request(n: number): Promise<ModelServerRequest> {
    const arrived = this.requests[n - 1];
    if (arrived !== undefined) return Promise.resolve(arrived);
    const waiting = this.#waiting.get(n) ?? Promise.withResolvers<ModelServerRequest>();
    this.#waiting.set(n, waiting);
    return waiting.promise;
  }
}

/** Counts what goes out, and stops at the counts that somebody asked for. */
class Wire {
  bytesSent = 0;
  readonly #calls = new Map<number, () => void | Promise<void>>();

  atByte(count: number, call: () => void | Promise<void>): void {
    this.#calls.set(count, call);
  }

  async send(response: ServerResponse, bytes: Uint8Array): Promise<void> {
    let rest = bytes;
    while (rest.length > 0) {
      const room = this.#roomToNextCall(rest.length);
      this.bytesSent += room;
      await write(response, rest.subarray(0, room));
      rest = rest.subarray(room);
      const call = this.#calls.get(this.bytesSent);
      this.#calls.delete(this.bytesSent);
      await call?.();
    }
  }

  #roomToNextCall(length: number): number {
    let room = length;
    for (const count of this.#calls.keys()) if (count > this.bytesSent) room = Math.min(room, count - this.bytesSent);
    return room;
  }
}

// A reset drops what lies unread in the client's buffer: this is the time it gets to read what was sent before the cut.
const lingerMs = 3;
const cutByUs = new WeakSet<ServerResponse>();

async function send({ status = 200, headers, steps }: Answer, response: ServerResponse, sendBytes: (bytes: Uint8Array) => Promise<void>) {
  const gone = new Promise<void>((resolve) => response.once("close", resolve));
  response.statusCode = status;
  response.setHeaders(new Map(Object.entries({ "content-type": "text/event-stream", ...headers })));
  for (const step of steps) {
    if (response.destroyed) return;
    if (step === "stall") return gone;
    if (step === "cut") return cut(response);
    if (typeof step === "string") await sendBytes(new TextEncoder().encode(step));
    else if (step instanceof Uint8Array) await sendBytes(step);
    else if ("until" in step) await Promise.race([step.until.catch(() => {}), gone]);
    else await Promise.race([new Promise((resolve) => setTimeout(resolve, step.pauseMs)), gone]);
  }
  response.end();
}

async function cut(response: ServerResponse): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, lingerMs));
  cutByUs.add(response);
  response.flushHeaders();
  response.socket?.destroy();
}

/** Resolves when the bytes have left, or when nobody is there to take them. Each write is a chunk of its own on the line. */
function write(response: ServerResponse, bytes: Uint8Array): Promise<void> {
  if (response.destroyed || bytes.length === 0) return Promise.resolve();
  return new Promise((resolve) => {
    response.once("close", resolve);
    response.write(bytes, () => {
      response.off("close", resolve);
      setImmediate(resolve);
    });
  });
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer);
  const text = Buffer.concat(pieces).toString("utf8");
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

const noAnswer = (index: number): Answer => ({
  status: 500,
  headers: { "content-type": "application/json" },
  steps: [chatErrorBody(`The script has no answer for request ${index + 1}.`)],
});

/** A script that throws is a mistake in the test: its client reads what was wrong. */
function confess(response: ServerResponse, thrown: unknown): void {
  if (response.headersSent) return void response.destroy();
  response.writeHead(500, { "content-type": "application/json" }).end(chatErrorBody(`The script threw: ${thrown}`));
}

const isAnswer = (models: readonly string[] | Answer): models is Answer => "steps" in models;

function listen(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => resolve((server.address() as AddressInfo).port));
  });
}
