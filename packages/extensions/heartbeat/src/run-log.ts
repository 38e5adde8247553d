import type { Json, Store, Write } from "@dispatch/kernel";
import type { HeartbeatRun } from "@dispatch/wire";

/** Of one workspace; the oldest give way. */
export const runsMax = 200;

/** By this a heartbeat's conversation is known without asking anybody. */
const conversationSuffix = ".heartbeat";

export const conversationIdOf = (uuid: string): string => uuid + conversationSuffix;

const runsPrefix = (workspaceId: string): string => `run/${workspaceId}/`;
const runKey = (workspaceId: string, runId: string): string => runsPrefix(workspaceId) + runId;
const promptKey = (conversationId: string): string => `prompt/${conversationId}`;

/** The turns that each workspace has begun by itself, and what stands in front of their system prompts. */
export interface RunLog {
  /** Newest first. */
  list(workspaceId: string): Promise<readonly HeartbeatRun[]>;
  find(workspaceId: string, runId: string): Promise<HeartbeatRun | undefined>;
  /** What stores a run as begun, with the prompt of its conversation; the oldest beyond `runsMax` go. */
  begin(workspaceId: string, run: HeartbeatRun, systemPrompt: string): Promise<readonly Write[]>;
  settle(workspaceId: string, run: HeartbeatRun, status: "completed" | "stopped"): readonly Write[];
  forget(workspaceId: string): Promise<readonly Write[]>;
  /** Of a conversation that is removed. Its run stays listed. */
  forgetPrompt(conversationId: string): readonly Write[];
  /** Of any conversation; the store is asked for those of heartbeats alone. It stays what it was when the run began. */
  systemPrompt(conversationId: string): Promise<string | undefined>;
}

export function runLog(store: Store): RunLog {
  const list = async (workspaceId: string, limit: number) => {
    const rows = await Array.fromAsync(store.scan({ prefix: runsPrefix(workspaceId), order: "descending", limit }));
    return rows.map(({ value }) => value as unknown as HeartbeatRun);
  };
  const put = (workspaceId: string, run: HeartbeatRun): Write => ({ put: runKey(workspaceId, run.id), value: run as unknown as Json });
  const drop = (workspaceId: string, { id, conversationId }: HeartbeatRun): readonly Write[] => [
    { remove: runKey(workspaceId, id) },
    { remove: promptKey(conversationId) },
  ];

  return {
    list: (workspaceId) => list(workspaceId, runsMax),
    find: async (workspaceId, runId) => (await store.get(runKey(workspaceId, runId))) as unknown as HeartbeatRun | undefined,
    async begin(workspaceId, run, systemPrompt) {
      const older = await list(workspaceId, runsMax + 1);
      const prompt = systemPrompt === "" ? [] : [{ put: promptKey(run.conversationId), value: systemPrompt }];
      return [put(workspaceId, run), ...prompt, ...older.slice(runsMax - 1).flatMap((old) => drop(workspaceId, old))];
    },
    settle: (workspaceId, run, status) => [put(workspaceId, { ...run, status })],
    forget: async (workspaceId) => (await list(workspaceId, runsMax + 1)).flatMap((run) => drop(workspaceId, run)),
    forgetPrompt: (conversationId) => [{ remove: promptKey(conversationId) }],
    async systemPrompt(conversationId) {
      if (!conversationId.endsWith(conversationSuffix)) return undefined;
      const prompt = await store.get(promptKey(conversationId));
      return typeof prompt === "string" ? prompt : undefined;
    },
  };
}
