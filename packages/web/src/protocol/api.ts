import type { ConversationMeta, ModelInfo, ReasoningEffort, StoredChunk, TurnMetrics, Workspace, WorkspaceEntry } from "@dispatch/wire";
import { ApiFault, faultOf, unreachable } from "./api-fault.ts";

export type Method = "GET" | "POST" | "PUT" | "DELETE";

export interface ApiPorts {
  /** Of the server, without a slash at its end. */
  readonly base: string;
  /** Asked for every request: a person may give it while the page is open. */
  token(): string | undefined;
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
  /** The server wants a token, or another one. */
  onDenied?(): void;
}

export interface LogWindow {
  readonly sinceSeq?: number;
  readonly beforeSeq?: number;
  readonly limit?: number;
}

/** The server's ops as this client calls them. Every call rejects with an `ApiFault`. */
export interface Api {
  /** Any op by its route, for views that this file does not know. */
  call<T>(method: Method, path: string, body?: unknown, signal?: AbortSignal): Promise<T>;
  models(): Promise<{ readonly models: readonly string[]; readonly modelInfo?: { readonly [model: string]: ModelInfo } }>;
  conversations(status?: string): Promise<readonly ConversationMeta[]>;
  log(id: string, window: LogWindow): Promise<readonly StoredChunk[]>;
  isActive(id: string): Promise<boolean>;
  metrics(id: string): Promise<readonly TurnMetrics[]>;
  workspaces(): Promise<readonly WorkspaceEntry[]>;
  ensureWorkspace(id: string): Promise<Workspace>;
  settings(id: string): Promise<ConversationSettings>;
  setModel(id: string, model: string | null): Promise<void>;
  setEffort(id: string, effort: ReasoningEffort): Promise<void>;
  setCwd(id: string, cwd: string | null, workspaceId: string): Promise<void>;
  setTitle(id: string, title: string): Promise<string>;
  stop(id: string): Promise<void>;
  close(id: string): Promise<void>;
  /** In every client that is connected, as a tab of its own. */
  open(id: string): Promise<void>;
  compact(id: string): Promise<{ readonly messagesSummarized: number; readonly messagesKept: number }>;
  /** The address of an image, with what its request needs. */
  image(url: string): Promise<Blob>;
}

export interface ConversationSettings {
  readonly model: string | null;
  readonly effort: ReasoningEffort | null;
  readonly cwd: string | null;
}

export function createApi(ports: ApiPorts): Api {
  const ask = (path: string, init: RequestInit) => request(ports, path, init);
  const call = async <T>(method: Method, path: string, body?: unknown, signal?: AbortSignal): Promise<T> => {
    const response = await ask(path, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { "Content-Type": "application/json" } }),
      ...(signal === undefined ? {} : { signal }),
    });
    return (await response.json().catch((cause: unknown) => {
      throw new ApiFault("The server's answer cannot be read.", {
        kind: "unavailable",
        code: "web/bad-answer",
        status: response.status,
        cause,
      });
    })) as T;
  };
  const of = (id: string, rest = ""): string => `/conversations/${encodeURIComponent(id)}${rest}`;
  return {
    call,
    models: () => call("GET", "/models"),
    conversations: async (status = "active,idle") =>
      listIn(await call<{ conversations: unknown }>("GET", `/conversations?status=${encodeURIComponent(status)}`), "conversations"),
    log: async (id, window) => listIn(await call<{ chunks: unknown }>("GET", of(id, queryOf(window))), "chunks"),
    isActive: (id) => call<{ isActive: boolean }>("GET", of(id, "/status")).then(({ isActive }) => isActive, falseWhenMissing),
    metrics: async (id) => listIn(await call<{ turns: unknown }>("GET", of(id, "/metrics")), "turns"),
    workspaces: async () => listIn(await call<{ workspaces: unknown }>("GET", "/workspaces"), "workspaces"),
    ensureWorkspace: (id) => call("PUT", `/workspaces/${encodeURIComponent(id)}`, {}),
    async settings(id) {
      const [{ model }, { reasoningEffort }, { cwd }] = await Promise.all([
        call<{ model: string | null }>("GET", of(id, "/model")),
        call<{ reasoningEffort: ReasoningEffort | null }>("GET", of(id, "/reasoning-effort")),
        call<{ cwd: string | null }>("GET", of(id, "/cwd")),
      ]);
      return { model, effort: reasoningEffort, cwd };
    },
    setModel: (id, model) => call("PUT", of(id, "/model"), { model }),
    setEffort: (id, reasoningEffort) => call("PUT", of(id, "/reasoning-effort"), { reasoningEffort }),
    setCwd: (id, cwd, workspaceId) => (cwd === null ? call("DELETE", of(id, "/cwd")) : call("PUT", of(id, "/cwd"), { cwd, workspaceId })),
    setTitle: async (id, title) => (await call<{ title: string }>("PUT", of(id, "/title"), { title })).title,
    stop: (id) => call("POST", of(id, "/stop")),
    close: (id) => call("POST", of(id, "/close")),
    open: (id) => call("POST", of(id, "/open")),
    compact: (id) => call("POST", of(id, "/compact"), {}),
    image: async (url) => (await ask(url, { method: "GET" })).blob(),
  };
}

async function request({ base, token, fetch, onDenied }: ApiPorts, path: string, init: RequestInit): Promise<Response> {
  const secret = token();
  const headers = {
    ...(init.headers as { [name: string]: string } | undefined),
    ...(secret === undefined ? {} : { Authorization: `Bearer ${secret}` }),
  };
  const response = await fetch(`${base}${path}`, { ...init, headers, credentials: "omit" }).catch((cause: unknown) => {
    throw init.signal?.aborted === true ? cause : unreachable(cause);
  });
  if (response.ok) return response;
  if (response.status === 401) onDenied?.();
  throw faultOf(response.status, await response.json().catch(() => undefined));
}

function queryOf({ sinceSeq = 0, beforeSeq, limit }: LogWindow): string {
  const query = new URLSearchParams({ sinceSeq: `${sinceSeq}` });
  if (beforeSeq !== undefined) query.set("beforeSeq", `${beforeSeq}`);
  if (limit !== undefined) query.set("limit", `${limit}`);
  return `?${query}`;
}

/** An older or newer server may leave a list out: that is an empty one. */
function listIn<T>(body: { readonly [name: string]: unknown }, name: string): readonly T[] {
  const list = body[name];
  return Array.isArray(list) ? (list as readonly T[]) : [];
}

function falseWhenMissing(thrown: unknown): boolean {
  if (thrown instanceof ApiFault && thrown.kind === "missing") return false;
  throw thrown;
}
