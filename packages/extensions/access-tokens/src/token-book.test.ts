import { FakeClock, MemoryStorage } from "@dispatch/testkit";
import { expect, test } from "vitest";
import { durationMs } from "./duration.ts";
import { TokenBook, type Wish } from "./token-book.ts";

async function open({ storage = new MemoryStorage(), clock = new FakeClock(), max = 10 } = {}) {
  const store = await storage.open("access-tokens");
  const kept = new Set<string>();
  const failures: unknown[] = [];
  const book = new TokenBook(
    {
      store,
      clock,
      keep(text) {
        kept.add(text);
        return { [Symbol.dispose]: () => void kept.delete(text) };
      },
      failed: (thrown) => void failures.push(thrown),
    },
    max,
  );
  await book.load();
  const stored = async () => JSON.stringify(await Array.fromAsync(store.scan({ prefix: "" })));
  return { book, storage, clock, kept, failures, stored };
}
const wish = (name: string, more: Partial<Wish> = {}): Wish => ({ name, readonly: false, lifeMs: undefined, createdBy: "local", ...more });

test("a token is let in under its name, and what is stored of it lets nobody in", async () => {
  const { book, stored, kept } = await open();
  const { token, secret } = await book.create(wish("phone", { readonly: true }));
  expect(secret).toMatch(/^dispatch_[0-9a-f]{8}_[\w-]{43}$/);
  expect(book.authenticate(secret)).toMatchObject({ name: "phone", readOnly: true });
  expect(token).toMatchObject({ name: "phone", readonly: true, createdBy: "local", expiresAt: null, expired: false, lastUsedAt: null });
  const text = await stored();
  expect(text).not.toContain(secret);
  expect(text).not.toContain(secret.split("_")[2]);
  expect(book.authenticate(/"hash":"(\w+)"/.exec(text)?.[1] ?? expect.fail())).toBeUndefined();
  expect(JSON.stringify(book.list())).not.toContain("hash");
  expect(kept.has(secret)).toBe(true);
});

test("nothing that is nearly a token is one", async () => {
  const { book } = await open();
  const { secret } = await book.create(wish("phone"));
  const other = await book.create(wish("laptop"));
  const flipped = secret.slice(0, -1) + (secret.endsWith("A") ? "B" : "A");
  const mixed = `${secret.slice(0, 18)}${other.secret.slice(18)}`;
  for (const wrong of [
    "",
    "dispatch_",
    secret.slice(0, -1),
    `${secret}A`,
    flipped,
    mixed,
    secret.toUpperCase(),
    ` ${secret}`,
    `${secret}\n`,
    `dispatch_00000000_${"A".repeat(43)}`,
  ])
    expect(book.authenticate(wrong), wrong).toBeUndefined();
});

test("tokens outlive the process, and a used one is a secret again as soon as it is known", async () => {
  const { book, storage } = await open();
  const { secret } = await book.create(wish("phone"));
  const again = await open({ storage });
  expect(again.kept.size).toBe(0);
  expect(again.book.authenticate(secret)).toMatchObject({ name: "phone" });
  expect(again.kept.has(secret)).toBe(true);
  expect(again.book.list().map(({ name }) => name)).toEqual(["phone"]);
});

test("a revoked token ends what it opened at once, and is forgotten", async () => {
  const { book, storage, kept } = await open();
  const { token, secret } = await book.create(wish("phone"));
  const byName = await book.create(wish("laptop"));
  const { ended } = book.authenticate(secret) ?? expect.fail();
  expect(ended.aborted).toBe(false);
  expect(await book.revoke(token.id)).toEqual({ id: token.id, name: "phone" });
  expect([ended.aborted, book.authenticate(secret), kept.has(secret)]).toEqual([true, undefined, false]);
  await book.revoke("laptop");
  expect(book.authenticate(byName.secret)).toBeUndefined();
  expect((await open({ storage })).book.list()).toEqual([]);
  await expect(book.revoke("laptop")).rejects.toMatchObject({ kind: "missing", code: "access-tokens/unknown-token" });
});

test("a token that is used while it is revoked does not come back", async () => {
  const { book, storage, clock } = await open();
  const { secret } = await book.create(wish("phone"));
  await clock.advance(120_000);
  const revoked = book.revoke("phone");
  book.authenticate(secret);
  await revoked;
  await book.revoke("phone").catch(() => {});
  expect((await open({ storage })).book.list()).toEqual([]);
});

test("an expired token lets nobody in from the moment it expires, and what it opened ends", async () => {
  const { book, clock } = await open();
  const { secret, token } = await book.create(wish("guest", { lifeMs: durationMs("1h") }));
  expect(token.expiresAt).toBe(clock.now() + 3_600_000);
  const { ended } = book.authenticate(secret) ?? expect.fail();
  await clock.advance(3_599_999);
  expect(book.authenticate(secret)).toBeDefined();
  expect(book.expire()).toBe(1);
  await clock.advance(1);
  expect(book.authenticate(secret)).toBeUndefined();
  book.expire();
  expect([ended.aborted, book.list()[0]?.expired]).toEqual([true, true]);
});

test("an expired token is listed for thirty days, and then forgotten", async () => {
  const { book, clock } = await open();
  await book.create(wish("guest", { lifeMs: durationMs("1m") }));
  await clock.advance(30 * 86_400_000);
  book.expire();
  expect(book.list()).toHaveLength(1);
  await clock.advance(120_000);
  book.expire();
  await expect.poll(() => book.list()).toEqual([]);
});

test("the last use is kept to the minute, without a commit for every request", async () => {
  const { book, clock, storage } = await open();
  const { secret } = await book.create(wish("phone"));
  const uses = async () => (await open({ storage, clock })).book.list()[0]?.lastUsedAt;
  await clock.advance(1_000_000);
  const first = clock.now();
  for (let n = 0; n < 100; n += 1) book.authenticate(secret);
  await expect.poll(uses).toBe(first);
  await clock.advance(59_999);
  book.authenticate(secret);
  await clock.advance(1);
  book.authenticate(secret);
  await expect.poll(uses).toBe(first + 60_000);
});

// Reaches tokensMax.
test("a name is given once, and there is place for so many", async () => {
  const { book } = await open({ max: 2 });
  const [first, second] = await Promise.allSettled([book.create(wish("phone")), book.create(wish("phone"))]);
  expect(first.status).toBe("fulfilled");
  expect(second).toMatchObject({ status: "rejected", reason: { kind: "conflict", code: "access-tokens/name-taken" } });
  await book.create(wish("laptop"));
  await expect(book.create(wish("third"))).rejects.toMatchObject({ kind: "limited", code: "access-tokens/too-many-tokens" });
  await book.revoke("phone");
  await book.create(wish("phone"));
});

test("a damaged row lets nobody in, and the others count", async () => {
  const storage = new MemoryStorage();
  const { secret } = await (await open({ storage })).book.create(wish("phone"));
  await (await storage.open("access-tokens")).commit([{ put: "token/00000000", value: { name: "x", hash: "" } }]);
  const { book } = await open({ storage });
  expect(book.list().map(({ name }) => name)).toEqual(["phone"]);
  expect(book.authenticate(secret)).toBeDefined();
});

test("a duration is a number and a unit", () => {
  expect(["5m", "12h", "30d", "2w", "1y"].map(durationMs)).toEqual([300_000, 43_200_000, 2_592_000_000, 1_209_600_000, 31_536_000_000]);
});
