import type { ConversationLog } from "@dispatch/conversation-store/contract";
import { type Clock, type Json, type Store, sameJson } from "@dispatch/kernel";
import type { Conversations } from "@dispatch/session-orchestrator/contract";
import type { Workspace, WorkspaceEntry } from "@dispatch/wire";
import { DefaultStays, UnknownWorkspace } from "./faults.ts";
import { defaultId, entriesOf, type Saved, viewOf } from "./view.ts";

/** Conversations that are closed at once when their workspace is deleted. */
const closingMax = 16;

const savedPrefix = "workspace/";
const savedKey = (id: string): string => savedPrefix + id;

export type WorkspaceChange = Omit<Saved, "createdAt">;

export interface WorkspaceTable {
  /** Newest activity first. */
  list(): Promise<readonly WorkspaceEntry[]>;
  /** Faults: `workspaces/unknown-workspace` (missing). */
  get(id: string): Promise<Workspace>;
  /** Creates the workspace when it is not there; changes what is given and nothing else. */
  change(id: string, change: WorkspaceChange): Promise<Workspace>;
  /**
   * Closes its conversations, moves them to `default` and forgets it. Gives how many there were. When it fails midway, a second attempt goes
   * on. Faults: `workspaces/default-stays` (conflict).
   */
  remove(id: string): Promise<number>;
  /** Where its conversations stand, in a server that works in `folder`; both absolute. */
  folderOf(id: string, folder: string): Promise<string>;
  /** The computer of its conversations; `null`: the server's own machine. */
  computerOf(id: string): Promise<string | null>;
}

export interface WorkspacePorts {
  readonly store: Store;
  readonly log: Pick<ConversationLog, "list">;
  readonly conversations: Pick<Conversations, "close" | "change">;
  readonly clock: Clock;
  /** Lets others end what they have in the workspace; gives what `remove` gives. */
  deleting(workspaceId: string, remove: () => Promise<number>): Promise<number>;
}

export function createWorkspaces({ store, log, conversations, clock, deleting }: WorkspacePorts): WorkspaceTable {
  const savedOf = async (id: string) => (await store.get(savedKey(id))) as Saved | undefined;
  const oneAtATime = inTurn();

  async function closeAndForget(id: string): Promise<number> {
    const members = await log.list({ workspaceId: id });
    for (let done = 0; done < members.length; done += closingMax)
      await Promise.all(
        members.slice(done, done + closingMax).map(async (member) => {
          if (member.status !== "closed") await conversations.close(member.id);
          await conversations.change(member.id, { workspaceId: defaultId });
        }),
      );
    await store.commit([{ remove: savedKey(id) }]);
    return members.length;
  }

  return {
    async list() {
      const rows = await Array.fromAsync(store.scan({ prefix: savedPrefix }));
      const saved = new Map(rows.map(({ key, value }) => [key.slice(savedPrefix.length), value as Saved]));
      return entriesOf(saved, await log.list({}));
    },
    async get(id) {
      const view = viewOf(id, await savedOf(id), await log.list({ workspaceId: id }));
      if (view === undefined) throw new UnknownWorkspace(id);
      return view;
    },
    change: (id, change) =>
      oneAtATime(async () => {
        const saved = await savedOf(id);
        const members = await log.list({ workspaceId: id });
        const isNew = viewOf(id, saved, members) === undefined;
        const next: Saved = { ...saved, ...(isNew ? { createdAt: clock.now() } : {}), ...change };
        // Stored even when nothing is said of it: what somebody has asked for stays, also when its conversations go.
        if (!sameJson(next as Json, saved as Json | undefined)) await store.commit([{ put: savedKey(id), value: next as Json }]);
        return viewOf(id, next, members) as Workspace;
      }),
    async remove(id) {
      if (id === defaultId) throw new DefaultStays();
      return deleting(id, () => closeAndForget(id));
    },
    computerOf: async (id) => (await savedOf(id))?.defaultComputerId ?? null,
    async folderOf(id, folder) {
      const { defaultCwd } = (await savedOf(id)) ?? {};
      if (defaultCwd === undefined || defaultCwd === null) return folder;
      return defaultCwd.startsWith("/") ? defaultCwd : `${folder}/${defaultCwd}`;
    },
  };
}

/** Runs what it is given one after another, so that no change is lost between reading and writing. */
function inTurn(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const done = last.then(work);
    last = done.catch(() => {});
    return done;
  };
}
