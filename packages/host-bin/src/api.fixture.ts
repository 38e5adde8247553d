import { mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Kernel } from "@dispatch/kernel";
import { type ModelScript, type ModelServer, type ModelServerOptions, startModelServer } from "@dispatch/testkit";
import type { AgentEvent } from "@dispatch/wire";
import { startServer } from "./server.ts";

/** The whole server in this process, around a real model server, on any free port and in a folder of its own. */
export interface Api extends AsyncDisposable {
  readonly url: string;
  readonly socketUrl: string;
  readonly model: ModelServer;
  readonly kernel: Kernel;
  readonly folder: string;
  get<T = unknown>(path: string): Promise<Answer<T>>;
  send<T = unknown>(method: "POST" | "PUT" | "DELETE", path: string, body?: unknown): Promise<Answer<T>>;
  /** Ends the server and starts another on the same data; its ports are others. */
  restart(): Promise<void>;
  /** Every event of one turn. */
  chat(request: { readonly message: string; readonly [field: string]: unknown }): Promise<readonly AgentEvent[]>;
  /** Starts a turn and answers as soon as its stream has begun; the events come when it ends. */
  begin(request: {
    readonly message: string;
    readonly [field: string]: unknown;
  }): Promise<{ readonly response: Response; readonly events: Promise<readonly AgentEvent[]> }>;
}

export interface Answer<T> {
  readonly status: number;
  readonly body: T;
}

/** `models`: what the model's server lists; one that is called `scripted` unless given. */
export async function startApi(
  script: ModelScript,
  environment: { readonly [name: string]: string } = {},
  models?: ModelServerOptions["models"],
): Promise<Api> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), "dispatch-api-")));
  const model = await startModelServer({ script, ...(models === undefined ? {} : { models }) });
  const start = () =>
    startServer({
      environment: {
        DISPATCH_API_KEY: "a-key-of-the-tests",
        DISPATCH_BASE_URL: model.url,
        DISPATCH_MODEL: "scripted",
        DISPATCH_DB: join(folder, "data/dispatch.db"),
        DISPATCH_LOG_LEVEL: "error",
        ...environment,
      },
      cwd: folder,
      dotenvPath: join(folder, "none"),
      port: 0,
      print() {},
      complain() {},
    });
  let server = await start();
  const ask = async <T>(path: string, init?: RequestInit): Promise<Answer<T>> => {
    const response = await fetch(`${server.url}${path}`, init);
    return { status: response.status, body: (await response.json()) as T };
  };
  const begin: Api["begin"] = async (request) => {
    const response = await fetch(`${server.url}/chat`, jsonRequest("POST", request));
    return { response, events: response.text().then(eventsOf) };
  };
  return {
    model,
    get url() {
      return server.url;
    },
    get socketUrl() {
      return server.socketUrl;
    },
    get kernel() {
      return server.kernel;
    },
    async restart() {
      await server[Symbol.asyncDispose]();
      server = await start();
    },
    folder,
    get: (path) => ask(path),
    send: (method, path, body) => ask(path, jsonRequest(method, body)),
    begin,
    chat: async (request) => (await begin(request)).events,
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      await model[Symbol.asyncDispose]();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

const jsonRequest = (method: string, body: unknown): RequestInit =>
  body === undefined ? { method } : { method, headers: { "content-type": "application/json" }, body: JSON.stringify(body) };

export const eventsOf = (ndjson: string): readonly AgentEvent[] =>
  ndjson
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as AgentEvent);

export const types = (events: readonly AgentEvent[]): readonly string[] => events.map(({ type }) => type);
