import type { Json, Store, Write } from "@dispatch/kernel";
import type { ConversationRecord } from "./contract.ts";
import { NotRemovable } from "./faults.ts";
import { keys, ordinalOf, recordPrefix } from "./keys.ts";

/**
 * Removes conversations with all that is stored of them, in one commit: a crash leaves all of it or nothing. One that is not there counts as removed.
 * Faults: `conversation-store/not-removable` (conflict), `store/unavailable`.
 */
export async function removeConversations(store: Store, conversationIds: readonly string[]): Promise<void> {
  const going = new Set(conversationIds);
  const records = await allRecords(store);
  for (const { id, base, status } of records) {
    if (going.has(id) && status !== "closed") throw new NotRemovable(id, "it is not closed");
    if (base !== undefined && going.has(base.conversationId) && !going.has(id))
      throw new NotRemovable(base.conversationId, `${id} reads from its log`);
  }
  const writes: Write[] = [];
  for (const record of records.filter(({ id }) => going.has(id))) {
    if ((await store.get(keys.open(record.id))) !== undefined) throw new NotRemovable(record.id, "it holds a turn without an end");
    writes.push(...(await removalOf(store, record)));
  }
  await store.commit(writes);
}

/** Whoever writes the conversation meanwhile changes its record, opens a turn or appends: each refuses the commit. */
async function removalOf(store: Store, record: ConversationRecord): Promise<readonly Write[]> {
  const { id, base } = record;
  let latestSeq = base?.upToSeq ?? 0;
  const removes: Write[] = [{ remove: keys.record(id) }];
  for await (const { key } of store.scan({ prefix: keys.all(id) })) {
    removes.push({ remove: key });
    if (key.startsWith(keys.log(id))) latestSeq = ordinalOf(key);
  }
  return [
    { check: keys.record(id), is: record as unknown as Json },
    { check: keys.open(id), is: undefined },
    { check: keys.chunk(id, latestSeq + 1), is: undefined },
    ...removes,
  ];
}

/** Every conversation with those that read from its log, the one that they all begin with first. They are removed together or not at all. */
export async function families(store: Store): Promise<readonly (readonly ConversationRecord[])[]> {
  const records = await allRecords(store);
  const byId = new Map(records.map((record) => [record.id, record]));
  const rootOf = (record: ConversationRecord): ConversationRecord => {
    const base = record.base === undefined ? undefined : byId.get(record.base.conversationId);
    return base === undefined ? record : rootOf(base);
  };
  const found = new Map<string, ConversationRecord[]>();
  for (const record of records) {
    const root = rootOf(record);
    const family = found.get(root.id) ?? [root];
    if (record !== root) family.push(record);
    found.set(root.id, family);
  }
  return [...found.values()];
}

async function allRecords(store: Store): Promise<readonly ConversationRecord[]> {
  return (await Array.fromAsync(store.scan({ prefix: recordPrefix }))).map(({ value }) => value as unknown as ConversationRecord);
}
