import type { Json, Range, Store, Write } from "@dispatch/kernel";
import { expect, test } from "vitest";
import { MemoryStore } from "./memory-store.ts";
import { storeLaws } from "./store-laws.ts";

/** A store with one thing wrong with it. */
const wrong = (change: (right: Store) => Partial<Store>): Store => {
  const right = new MemoryStore();
  return {
    get: (key) => right.get(key),
    scan: (range) => right.scan(range),
    commit: (writes) => right.commit(writes),
    ...change(right),
  };
};

const scanning = (see: (right: Store, range: Range) => AsyncIterable<{ key: string; value: Json }>) =>
  wrong((right) => ({ scan: (range) => see(right, range) }));
const committing = (land: (right: Store, writes: readonly Write[]) => Promise<void>) =>
  wrong((right) => ({ commit: (writes) => land(right, writes) }));

const ignoringCase = async function* (right: Store, { prefix, ...range }: Range) {
  for await (const entry of right.scan({ prefix: "", ...range })) if (entry.key.toLowerCase().startsWith(prefix.toLowerCase())) yield entry;
};

/** The law that each wrong store must be caught by. */
const caught: { readonly [law: string]: () => Store } = {
  "what was put is got, and what was removed is not": () =>
    committing((right, writes) => right.commit(writes.filter((write) => !("remove" in write)))),
  "a value comes back as it went in": () => wrong((right) => ({ get: async (key) => (await right.get(key)) || undefined })),
  "what is stored is a copy: neither the writer nor a reader can change it": () => {
    const held = new Map<string, Json>();
    return wrong((right) => ({
      get: async (key) => held.get(key),
      commit: async (writes) => {
        await right.commit(writes);
        for (const write of writes) if ("put" in write) held.set(write.put, write.value);
      },
    }));
  },
  "writes apply in their order": () => committing((right, writes) => right.commit(writes.toReversed())),
  "a refused commit leaves nothing behind": () =>
    committing(async (right, writes) => {
      for (const write of writes) await right.commit([write]);
    }),
  "a check sees the state before the commit": () =>
    committing(async (right, writes) => {
      await right.commit(writes.filter((write) => !("check" in write)));
      await right.commit(writes.filter((write) => "check" in write));
    }),
  "of commits at once that expect the same state, one lands": () =>
    committing(async (right, writes) => {
      await right.commit(writes.filter((write) => "check" in write));
      await Promise.resolve();
      await right.commit(writes.filter((write) => !("check" in write)));
    }),
  "commits at once apply as if one after another, in the order of their calls": () => {
    let calls = 0;
    return committing(async (right, writes) => {
      const turnsToWait = 60 - calls++;
      for (let n = 0; n < turnsToWait; n += 1) await Promise.resolve();
      await right.commit(writes);
    });
  },
  "a scan runs in byte order, either way": () =>
    scanning(async function* (right, range) {
      const entries = await Array.fromAsync(right.scan(range));
      yield* entries.sort((a, b) => a.key.localeCompare(b.key));
    }),
  "a scan gives every key that begins with its prefix and no other": () => scanning(ignoringCase),
  "a scan resumes past its key, whether or not the key is there": () =>
    scanning((right, { after, ...range }) => right.scan(after === undefined ? range : { ...range, after: after.slice(0, 1) })),
  "a descending scan resumes below its key": () =>
    scanning((right, { after, ...range }) => right.scan(range.order === "descending" || after === undefined ? range : { ...range, after })),
  "pages of any size join to the whole": () =>
    scanning((right, { limit = Infinity, ...range }) => right.scan({ ...range, limit: Math.min(limit, 256) })),
  "a limit below one is refused": () =>
    scanning((right, { limit = 1, ...range }) => right.scan({ ...range, limit: Math.max(1, Math.ceil(limit || 1)) })),
  "a scan goes on while others write: every key that stays is seen once, in order": () =>
    scanning(async function* (right, range) {
      const counted = await Array.fromAsync(right.scan(range));
      for (let seen = 0; seen < counted.length; seen += 1) {
        const [next] = (await Array.fromAsync(right.scan(range))).slice(seen);
        if (next !== undefined) yield next;
      }
    }),
  "a key is 1 to 512 printable ASCII characters": () => wrong((right) => ({ get: async (key) => right.get(key).catch(() => undefined) })),
};

for (const [law, open] of Object.entries(caught)) {
  test(`a store that breaks it is caught: ${law}`, async () => {
    const hold = storeLaws[law];
    expect(hold).toBeDefined();
    await expect(hold?.(async () => open())).rejects.toThrow();
  });
}
