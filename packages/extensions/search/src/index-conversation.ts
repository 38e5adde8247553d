import type { ConversationLog, ConversationRecord } from "@dispatch/conversation-store/contract";
import type { StoredChunk } from "@dispatch/wire";
import { passagesOf } from "./passages.ts";
import type { Known, Place, SearchIndex, Share } from "./search-index.ts";

export type ReadLog = Pick<ConversationLog, "record" | "chunks" | "list">;

/** Chunks that are read at once, and about as many characters as one commit takes. */
const windowMax = 32;
const sliceCharsMax = 24 * 1024;

/** Brings one conversation up to its log, slice by slice: each step is one short commit, and stopping between two leaves nothing wrong. */
export async function* indexConversation(id: string, place: Place, log: ReadLog, index: SearchIndex): AsyncGenerator<void, void, void> {
  const record = await log.record(id);
  const known = index.known(id);
  if (record === undefined || (known !== undefined && !(await isOf(known, log)))) {
    while (!index.forget(id)) yield;
    if (record === undefined) return;
  }
  let share = beginning(record, index.known(id));
  for (;;) {
    const window = await log.chunks(id, { sinceSeq: share.seq, beforeSeq: share.seq + 1 + windowMax });
    const last = window.length < windowMax;
    for (const chunks of slices(window)) {
      share = withChunks(share, chunks);
      index.store(share, place);
      yield;
    }
    if (!last) continue;
    index.store({ ...share, passages: [], wholeAt: record.lastActivityAt }, place);
    return;
  }
}

/** The record has not changed since all of the conversation was in the index. */
export const isWhole = (known: Known, record: ConversationRecord): boolean =>
  known.wholeAt === record.lastActivityAt &&
  known.title === record.title &&
  known.status === record.status &&
  known.workspace === record.workspaceId;

/** False: what is in the index is not, or no longer, in the log; a backup was put back, and perhaps written on. */
async function isOf({ id, seq, anchor }: Known, log: ReadLog): Promise<boolean> {
  if (anchor === "") return true;
  const [chunk] = await log.chunks(id, { sinceSeq: seq - 1, beforeSeq: seq + 1 });
  return chunk?.messageId === anchor;
}

/** An archive begins with what is in the index as another conversation's. */
function beginning({ id, title, workspaceId, status, lastActivityAt, base }: ConversationRecord, known: Known | undefined): Share {
  const { seq, anchor } = known ?? { seq: base?.upToSeq ?? 0, anchor: "" };
  const ownTitle = base === undefined;
  return { id, title, workspace: workspaceId, status, activeAt: lastActivityAt, seq, anchor, wholeAt: null, ownTitle, passages: [] };
}

function withChunks(share: Share, chunks: readonly StoredChunk[]): Share {
  const { seq, messageId } = chunks.at(-1) ?? { seq: share.seq, messageId: share.anchor };
  return { ...share, seq, anchor: messageId, passages: chunks.flatMap(passagesOf) };
}

function slices(chunks: readonly StoredChunk[]): readonly (readonly StoredChunk[])[] {
  const all: StoredChunk[][] = [];
  let left = 0;
  for (const chunk of chunks) {
    if (left <= 0) {
      all.push([]);
      left = sliceCharsMax;
    }
    all.at(-1)?.push(chunk);
    left -= charsOf(chunk);
  }
  return all;
}

function charsOf({ chunk }: StoredChunk): number {
  if ("text" in chunk) return chunk.text.length;
  return "content" in chunk ? chunk.content.length : 1_000;
}
