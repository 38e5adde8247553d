import type { ConversationLog } from "@dispatch/conversation-store/contract";
import type { Leftovers } from "@dispatch/session-orchestrator/contract";
import type { ImageFiles, ImageFolder } from "./image-files.ts";
import { sha256, storedImageOf } from "./image-name.ts";

const pageChunks = 500;

/** Images that no message refers to: of messages that were refused, and of writes that never ended. Only logs whose folder may hold one are read. */
export function imageLeftovers(files: ImageFiles, log: Pick<ConversationLog, "list" | "chunks">): Leftovers {
  return {
    kind: "images",
    async sweep({ beforeMs, remove, signal }) {
      const swept = { files: 0, sizeBytes: 0 };
      let conversations: ReadonlyMap<string, string> | undefined;
      for await (const folder of files.all()) {
        const old = folder.files.filter(({ changedMs }) => changedMs < beforeMs);
        if (old.length === 0) continue;
        conversations ??= await byFolder(log);
        const referred = await namesOf(conversations.get(folder.name), log, signal);
        for (const { name, sizeBytes } of old.filter((file) => !referred.has(file.name))) {
          if (remove) await files.removeOld(folder.name, name, beforeMs);
          swept.files += 1;
          swept.sizeBytes += sizeBytes;
        }
      }
      return swept;
    },
  };
}

async function byFolder(log: Pick<ConversationLog, "list">): Promise<ReadonlyMap<ImageFolder["name"], string>> {
  const ids = (await log.list({})).map(({ id }) => id);
  return new Map(await Promise.all(ids.map(async (id) => [await sha256(new TextEncoder().encode(id)), id] as const)));
}

/** The names of its own images that a conversation's log refers to, wherever in it. */
async function namesOf(
  conversationId: string | undefined,
  log: Pick<ConversationLog, "chunks">,
  signal: AbortSignal,
): Promise<ReadonlySet<string>> {
  const names = new Set<string>();
  if (conversationId === undefined) return names;
  for (let beforeSeq: number | undefined; beforeSeq !== 1; ) {
    signal.throwIfAborted();
    const page = await log.chunks(conversationId, { limit: pageChunks, ...(beforeSeq === undefined ? {} : { beforeSeq }) });
    for (const { chunk } of page) {
      const image = chunk.type === "image" ? storedImageOf(chunk.url) : undefined;
      if (image?.conversationId === conversationId) names.add(image.name);
    }
    beforeSeq = page[0]?.seq ?? 1;
  }
  return names;
}
