import type { Act } from "@dispatch/op-registry/contract";
import { FakeClock, FaultInjector, MemoryStorage } from "@dispatch/testkit";
import { expect, test } from "vitest";
import { entryOf, fieldCharsMax, inputCharsMax, searchedCharsMax, textCharsMax } from "./audit-entry.ts";
import { AuditTrail, removedAtOnceMax, waitingMax } from "./audit-trail.ts";

const act = (what: Act["what"], more: Partial<Act> = {}): Act => ({
  what,
  caller: { name: "phone", via: "http", address: "10.0.0.7" },
  input: { title: "x" },
  outcome: "done",
  ...more,
});

async function open({ days = 90, max = 100, clock = new FakeClock(), storage = new MemoryStorage() } = {}) {
  const store = await storage.open("audit-log");
  const failures: number[] = [];
  const mask = (text: string) => text.replaceAll("canary", "[masked]");
  const trail = new AuditTrail({ store, clock, days, mask, failed: (_, dropped) => void failures.push(dropped) }, max);
  const page = (query: Partial<Parameters<AuditTrail["read"]>[0]> = {}) => trail.read({ limit: 100, ...query });
  return { trail, page, clock, storage, store, failures };
}

test("an act is kept with who, from where, what and how it ended, newest first", async () => {
  const { trail, page, clock } = await open();
  trail.add(act("title.set"));
  await clock.advance(5);
  trail.add(act("tokens.revoke", { caller: { name: "local", via: "internal" }, outcome: "access-tokens/unknown-token" }));
  const { entries, more } = await page();
  expect(more).toBe(false);
  expect(entries.map(({ id: _, ...entry }) => entry)).toEqual([
    {
      at: clock.now(),
      who: "local",
      via: "internal",
      address: null,
      what: "tokens.revoke",
      input: '{"title":"x"}',
      outcome: "access-tokens/unknown-token",
    },
    { at: clock.now() - 5, who: "phone", via: "http", address: "10.0.0.7", what: "title.set", input: '{"title":"x"}', outcome: "done" },
  ]);
});

test("pages follow one another without a gap, by caller and by what was done", async () => {
  const { trail, page } = await open();
  for (let n = 0; n < 25; n += 1) trail.add(act(n % 5 === 0 ? "tokens.create" : "chat.send", { input: n }));
  const inputs: string[] = [];
  for (let before: string | undefined; ; ) {
    const { entries, more } = await page({ limit: 10, ...(before === undefined ? {} : { before }) });
    inputs.push(...entries.map(({ input }) => input));
    before = entries.at(-1)?.id;
    if (!more) break;
  }
  expect(inputs).toEqual(Array.from({ length: 25 }, (_, n) => String(24 - n)));
  expect((await page({ what: "tokens" })).entries).toHaveLength(5);
  expect((await page({ who: "nobody" })).entries).toEqual([]);
});

test("many acts at once are few commits, and none waits for them", async () => {
  const faults = new FaultInjector(new MemoryStorage());
  const { trail, clock } = await open({ storage: faults as unknown as MemoryStorage });
  for (let n = 0; n < 500; n += 1) trail.add(act("chat.send"));
  await clock.advance(50);
  await trail[Symbol.asyncDispose]();
  expect((await trail.read({ limit: 1_000 })).entries).toHaveLength(500);
});

test("what was done before the end is written at the end", async () => {
  const storage = new MemoryStorage();
  const { trail } = await open({ storage });
  trail.add(act("title.set"));
  await trail[Symbol.asyncDispose]();
  expect((await (await open({ storage })).page()).entries).toHaveLength(1);
});

test("no secret is kept, also not a half of one, and a long input is cut", () => {
  const mask = (text: string) => text.replaceAll("canary", "[masked]");
  for (let at = inputCharsMax - 30; at < inputCharsMax + 10; at += 1) {
    const { input } = entryOf(act("chat.send", { input: { text: `${"a".repeat(at)}canary` } }), 0, mask);
    expect(input).not.toMatch(/can/);
    expect(input.length).toBeLessThanOrEqual(inputCharsMax + 1);
  }
  const circle: { self?: unknown } = {};
  circle.self = circle;
  expect(entryOf(act("chat.send", { input: circle }), 0, mask).input).toBe("");
  expect(entryOf(act("chat.send", { input: undefined }), 0, mask).input).toBe("");
});

// Reaches entriesMax.
test("entries go when their time is over, and the oldest when there are too many", async () => {
  const { trail, page, clock } = await open({ days: 1, max: 10 });
  for (let n = 0; n < 4; n += 1) trail.add(act("title.set"));
  await page();
  await clock.advance(2 * 86_400_000);
  for (let n = 0; n < 15; n += 1) trail.add(act("chat.send", { input: n }));
  await page();
  expect(await trail.prune()).toBe(9);
  expect((await page()).entries.map(({ input }) => input)).toEqual(Array.from({ length: 10 }, (_, n) => String(14 - n)));
});

test("a clock that is set back changes nothing about the order", async () => {
  const { trail, page } = await open({ clock: Object.assign(new FakeClock(), {}) });
  trail.add(act("title.set", { input: 1 }));
  trail.add(act("title.set", { input: 2 }));
  expect((await page()).entries.map(({ input }) => input)).toEqual(["2", "1"]);
});

test("acts that nobody can write are dropped beyond a bound, and told of", async () => {
  const { trail, page, failures } = await open();
  for (let n = 0; n < waitingMax + 7; n += 1) trail.add(act("chat.send", { input: n }));
  expect((await page({ limit: 1 })).entries[0]?.input).toBe(String(waitingMax - 1));
  expect(failures).toEqual([7]);
});

test("many entries that are past their time go in several commits", async () => {
  const { trail, page, clock } = await open({ days: 1, max: 10 * removedAtOnceMax });
  for (let n = 0; n < 2 * removedAtOnceMax + 1; n += 1) trail.add(act("chat.send"));
  await page();
  await clock.advance(2 * 86_400_000);
  expect(await trail.prune()).toBe(2 * removedAtOnceMax + 1);
  expect((await page()).entries).toEqual([]);
});

test("an input of many megabytes is searched for secrets no further than it could be kept", () => {
  let searched = 0;
  const mask = (text: string) => {
    searched = text.length;
    return text;
  };
  const image = "a".repeat(16 * 1024 * 1024);
  entryOf(act("chat.send", { input: { images: [image] } }), 0, mask);
  expect(searched).toBeLessThan(fieldCharsMax + 100);
  entryOf(act("chat.send", { input: Array.from({ length: 100 }, () => image) }), 0, mask);
  expect(searched).toBe(searchedCharsMax + 1);
  const long = entryOf(act("chat.send", { caller: { name: "n".repeat(1_000), via: "http", address: "a".repeat(1_000) } }), 0, mask);
  expect([long.who.length, long.address?.length]).toEqual([textCharsMax + 1, textCharsMax + 1]);
});
