import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import conversationStore from "@dispatch/conversation-store";
import { ConversationLog } from "@dispatch/conversation-store/contract";
import { boot, type Message, type Storage } from "@dispatch/kernel";
import opRegistry from "@dispatch/op-registry";
import { bootOptions, FakeClock, MemoryStorage } from "@dispatch/testkit";
import { discard, isDamage, openIndexFile } from "./index-file.ts";
import { LogFollower } from "./log-follower.ts";
import { type Answer, type Query, search } from "./search.ts";
import { SearchIndex } from "./search-index.ts";

/** A real log and an index beside it, without turns. */
export interface Ground extends AsyncDisposable {
  readonly log: ConversationLog;
  readonly clock: FakeClock;
  readonly follower: LogFollower;
  /** How often the index was opened. */
  readonly opened: () => number;
  /** Appends one message of one text, as a turn would. */
  say(conversationId: string, text: string, role?: "user" | "assistant"): Promise<void>;
  append(conversationId: string, message: Message): Promise<void>;
  change(
    conversationId: string,
    change: { readonly title?: string; readonly workspaceId?: string; readonly status?: "closed" },
  ): Promise<void>;
  find(q: string, filter?: Partial<Query>): Promise<Answer>;
  /** Lets everything settle that is under way. */
  settle(): Promise<void>;
}

export interface GroundOptions {
  readonly path?: string;
  readonly storage?: Storage;
  readonly clock?: FakeClock;
}

export async function openGround({
  path = ":memory:",
  storage = new MemoryStorage(),
  clock = new FakeClock(1_000_000),
}: GroundOptions = {}): Promise<Ground> {
  const kernel = await boot(bootOptions([opRegistry, conversationStore], { storage, clock }));
  const log = kernel.use(ConversationLog);
  let opened = 0;
  const open = () => {
    opened++;
    return new SearchIndex(openIndexFile(path, clock.now()));
  };
  const journal = { debug() {}, info() {}, warn() {}, error() {}, span: () => ({ spanId: "", end() {} }), named: () => journal };
  const follower = new LogFollower({ log, clock, journal, open, isDamage, discard: () => discard(path) });
  const stop = new AbortController();
  const running = follower.run(stop.signal);
  let messages = 0;
  const write = async (conversationId: string, work: (writer: Awaited<ReturnType<ConversationLog["write"]>>) => void) => {
    await clock.advance(1);
    const writer = await log.write(conversationId, () => {});
    work(writer);
    await writer.landed("now");
    follower.touch(conversationId);
  };
  return {
    log,
    clock,
    follower,
    opened: () => opened,
    append: (conversationId, message) => write(conversationId, (writer) => writer.append(message)),
    say: (conversationId, text, role = "user") =>
      write(conversationId, (writer) =>
        writer.append({ id: `m${++messages}-${conversationId}`, role, parts: [{ chunk: { type: "text", text } }] }),
      ),
    change: (conversationId, change) => write(conversationId, (writer) => writer.change(change)),
    find: (q, filter = {}) => search({ q, limit: 20, ...filter }, { follower, log, clock, isDamage }),
    async settle() {
      while (follower.progress.indexing) await clock.advance(100);
    },
    async [Symbol.asyncDispose]() {
      stop.abort();
      await running;
      follower[Symbol.dispose]();
      await kernel[Symbol.asyncDispose]();
    },
  };
}

export async function tempFolder(): Promise<{ readonly path: string } & AsyncDisposable> {
  const path = await mkdtemp(join(tmpdir(), "dispatch-search-"));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

export const shown = ({ results }: Answer): readonly string[] => results.map(({ conversationId, seq }) => `${conversationId} ${seq}`);

/** What is marked in each snippet. */
export const marked = ({ results }: Answer): readonly string[][] =>
  results.map(({ snippet, matches }) => matches.map(({ start, end }) => snippet.slice(start, end)));
