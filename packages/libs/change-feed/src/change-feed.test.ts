import { expect, test } from "vitest";
import { ChangeFeed } from "./change-feed.ts";

const live = new AbortController().signal;

test("a change is told from the call on, also before the first read", async () => {
  const feed = new ChangeFeed();
  feed.emit("early");
  const watch = feed.watch(live);
  feed.emit("a");
  expect(await watch.next()).toEqual({ done: false, value: "a" });
  const next = watch.next();
  feed.emit("b");
  expect(await next).toEqual({ done: false, value: "b" });
});

test("what changes twice before it is read counts once, in the order of the first time", async () => {
  const feed = new ChangeFeed();
  const watch = feed.watch(live);
  for (const id of ["a", "b", "a", "b", "c"]) feed.emit(id);
  const seen = [await watch.next(), await watch.next(), await watch.next()].map(({ value }) => value);
  expect(seen).toEqual(["a", "b", "c"]);
  const idle = watch.next();
  feed.emit("d");
  expect(await idle).toEqual({ done: false, value: "d" });
});

test("everything swallows the rest, until it is read", async () => {
  const feed = new ChangeFeed();
  const watch = feed.watch(live);
  for (const id of ["a", undefined, "b"]) feed.emit(id);
  expect(await watch.next()).toEqual({ done: false, value: undefined });
  feed.emit("c");
  expect(await watch.next()).toEqual({ done: false, value: "c" });
});

// Reaches pendingMax.
test("a watcher that never reads holds a bounded number of ids", async () => {
  const feed = new ChangeFeed();
  const watch = feed.watch(live);
  for (let n = 0; n <= 10_000; n++) feed.emit(`c${n}`);
  expect(await watch.next()).toEqual({ done: false, value: undefined });
  const next = watch.next();
  feed.emit("last");
  expect(await next).toEqual({ done: false, value: "last" });
});

test("every watcher is told, each at its own pace", async () => {
  const feed = new ChangeFeed();
  const [slow, quick] = [feed.watch(live), feed.watch(live)];
  feed.emit("a");
  expect((await quick.next()).value).toBe("a");
  feed.emit("b");
  expect((await quick.next()).value).toBe("b");
  expect([(await slow.next()).value, (await slow.next()).value]).toEqual(["a", "b"]);
});

test("an abort ends it at once, in the middle of a wait too, and nobody is left watching", async () => {
  const feed = new ChangeFeed();
  const stop = new AbortController();
  const seen: (string | undefined)[] = [];
  const reading = (async () => {
    for await (const id of feed.watch(stop.signal)) seen.push(id);
  })();
  feed.emit("a");
  await Promise.resolve();
  stop.abort();
  feed.emit("b");
  await reading;
  expect([seen, feed.watchers]).toEqual([["a"], 0]);
  expect(await feed.watch(AbortSignal.abort()).next()).toEqual({ done: true, value: undefined });
  expect(feed.watchers).toBe(0);
});

test("leaving the iteration ends it too", async () => {
  const feed = new ChangeFeed();
  const watch = feed.watch(live);
  feed.emit("a");
  for await (const _ of watch) break;
  expect(feed.watchers).toBe(0);
});
