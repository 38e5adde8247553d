import type { Clock } from "@dispatch/kernel";
import type { ConversationStatus, Role } from "@dispatch/wire";
import type { ReadLog } from "./index-conversation.ts";
import type { LogFollower } from "./log-follower.ts";
import { markedSnippet, type Snippet } from "./marked-snippet.ts";
import { matchExpression } from "./match-expression.ts";
import { rankHits } from "./rank-hits.ts";
import type { Found } from "./search-index.ts";

export interface Query {
  readonly q: string;
  readonly limit: number;
  readonly workspaceId?: string | undefined;
  readonly statuses?: readonly string[] | undefined;
}

export interface Result extends Snippet {
  readonly conversationId: string;
  readonly title: string;
  readonly workspaceId: string;
  readonly status: ConversationStatus;
  readonly lastActivityAt: number;
  readonly seq: number;
  readonly kind: string;
  readonly role?: Role;
  readonly messageId?: string;
}

export interface Answer {
  readonly results: readonly Result[];
  readonly indexing: boolean;
  readonly progress?: number;
}

export interface SearchPorts {
  readonly follower: LogFollower;
  readonly log: ReadLog;
  readonly clock: Clock;
  isDamage(thrown: unknown): boolean;
}

/** How long a search waits for what has changed a moment ago. */
const freshWaitMs = 50;

/** Asks the index for what it has. Faults: `search/not-ours`, `search/no-index` (unavailable). */
export async function search(query: Query, { follower, log, clock, isDamage }: SearchPorts): Promise<Answer> {
  await follower.caughtUp(freshWaitMs);
  const expression = matchExpression(query.q);
  try {
    const found = expression === undefined ? [] : find(expression, query, follower, clock.now());
    return answer(await Promise.all(found.map((one) => resultOf(one, query, follower, log))), follower);
  } catch (thrown) {
    if (!isDamage(thrown)) throw thrown;
    follower.renew();
    return answer([], follower);
  }
}

function find(expression: string, { limit, ...filter }: Query, { index }: LogFollower, nowMs: number): readonly Found[] {
  const hits = index.hits(expression, filter);
  const best = rankHits(hits, nowMs, limit);
  return index.show(
    expression,
    best.map(({ passage }) => passage),
  );
}

/** The conversation as it is now: the index may be behind, or ahead of a log that was put back. */
async function resultOf(found: Found, { workspaceId, statuses }: Query, follower: LogFollower, log: ReadLog): Promise<Result | undefined> {
  const { conversationId, seq, kind, role, messageId, marked } = found;
  const record = await log.record(conversationId);
  const fits =
    record !== undefined &&
    (workspaceId === undefined || record.workspaceId === workspaceId) &&
    (statuses === undefined || statuses.includes(record.status));
  if (!fits) {
    follower.touch(conversationId);
    return undefined;
  }
  return {
    conversationId,
    title: record.title,
    workspaceId: record.workspaceId,
    status: record.status,
    lastActivityAt: record.lastActivityAt,
    seq,
    kind,
    ...(seq === 0 ? {} : { role: role as Role, messageId }),
    ...markedSnippet(marked),
  };
}

function answer(results: readonly (Result | undefined)[], { progress: { indexing, progress } }: LogFollower): Answer {
  return { results: results.filter((result) => result !== undefined), indexing, ...(indexing ? { progress } : {}) };
}
