import type { Store } from "@dispatch/kernel";
import { MemoryStore } from "@dispatch/testkit";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { TailItem } from "./contract.ts";
import { TailRows } from "./tail-rows.ts";

const text = (piece: string): TailItem => ({ type: "text", text: piece });
const rowsIn = async (store: Store) => (await Array.fromAsync(store.scan({ prefix: "tail/" }))).length;

test("whoever adds and settles, a conversation reads back what it added since it last settled, also in another process", async () => {
  const action = fc.record({ id: fc.constantFrom("a", "b", "c"), piece: fc.string({ minLength: 1, maxLength: 3 }), settles: fc.boolean() });
  await fc.assert(
    fc.asyncProperty(fc.array(fc.uniqueArray(action, { selector: ({ id }) => id, minLength: 1 }), { maxLength: 12 }), async (commits) => {
      const store = new MemoryStore();
      const tails = await TailRows.open(store);
      const expected = new Map<string, { from: number; items: TailItem[] }>();
      for (const group of commits) {
        const row = tails.next;
        for (const { id, piece, settles } of group) {
          const before = settles ? { from: row, items: [] } : (expected.get(id) ?? { from: row, items: [] });
          expected.set(id, { from: before.from, items: [...before.items, text(piece)] });
        }
        const staged = tails.stage(group.map(({ id, piece, settles }) => ({ conversationId: id, items: [text(piece)], settled: settles })));
        const opens = group.map(({ id }) => ({ put: `open/${id}`, value: { tailFrom: expected.get(id)?.from ?? 0 } }));
        await store.commit([...opens, ...staged.writes]);
        staged.landed();
      }
      const again = await TailRows.open(store);
      for (const [id, { from, items }] of expected) {
        expect(await tails.read(id, from)).toEqual(items);
        expect(await again.read(id, from)).toEqual(items);
        expect(await again.read(id, from)).toEqual(items);
      }
      expect(again.next).toBe(tails.next);
    }),
    { numRuns: 60 },
  );
});

test("a row goes as soon as it counts for nobody", async () => {
  const store = new MemoryStore();
  const tails = await TailRows.open(store);
  const commit = async (conversationId: string, items: readonly TailItem[], settled: boolean) => {
    const staged = tails.stage([{ conversationId, items, settled }]);
    await store.commit(staged.writes);
    staged.landed();
  };
  for (let n = 0; n < 5; n++) await commit("a", [text("x")], false);
  await commit("b", [text("y")], false);
  await commit("a", [], true);
  expect(await rowsIn(store)).toBe(1);
  await commit("b", [], true);
  expect(await rowsIn(store)).toBe(0);
});

test("a commit that did not land changes nothing", async () => {
  const store = new MemoryStore();
  const tails = await TailRows.open(store);
  const first = tails.stage([{ conversationId: "a", items: [text("kept")], settled: false }]);
  await store.commit(first.writes);
  first.landed();
  tails.stage([{ conversationId: "a", items: [], settled: true }]);
  const next = tails.stage([{ conversationId: "a", items: [text(" too")], settled: false }]);
  await store.commit(next.writes);
  next.landed();
  expect(await tails.read("a", 1)).toEqual([text("kept"), text(" too")]);
});
