import { expect, test } from "vitest";
import { mayRead, mayWrite } from "./zones.ts";

const zones = { root: "/home/me", extraRoots: ["/srv/notes"], scratch: "/home/me/.data/scratch/1", dataDir: "/home/me/.data", closed: [] };

test("the root and granted folders may be read and written, nothing else", () => {
  for (const path of ["/home/me", "/home/me/a", "/srv/notes/b"])
    expect([mayRead(zones, path), mayWrite(zones, path)]).toEqual([true, true]);
  for (const path of ["/", "/home", "/home/meg", "/srv", "/srv/notes2"])
    expect([mayRead(zones, path), mayWrite(zones, path)]).toEqual([false, false]);
});

test("the conversation's scratch may be read alone, another's not at all", () => {
  expect([mayRead(zones, "/home/me/.data/scratch/1/a"), mayWrite(zones, "/home/me/.data/scratch/1/a")]).toEqual([true, false]);
  expect(mayRead(zones, "/home/me/.data/scratch/2/a")).toBe(false);
});

test("the server's own data is out of reach inside a root too", () => {
  expect(mayRead(zones, "/home/me/.data/dispatch.db")).toBe(false);
  expect(mayWrite(zones, "/home/me/.data")).toBe(false);
});

test("a root that lies inside the server's data may still be used", () => {
  const inside = { root: "/data/work", extraRoots: [], scratch: "/data/scratch/1", dataDir: "/data", closed: [] };
  expect(mayWrite(inside, "/data/work/a")).toBe(true);
  expect(mayRead(inside, "/data/dispatch.db")).toBe(false);
});

test("what is closed is out of reach also where the data's folder is the root itself", () => {
  const closed = ["/data/dispatch.db*", "/data/images", "/data/scratch"];
  const same = { root: "/data", extraRoots: [], scratch: "/data/scratch/1", dataDir: "/data", closed };
  expect(mayWrite(same, "/data/notes.md")).toBe(true);
  for (const path of ["/data/dispatch.db", "/data/dispatch.db-wal", "/data/dispatch.db.3.bak", "/data/images/a", "/data/scratch/2/a"])
    expect([mayRead(same, path), mayWrite(same, path)]).toEqual([false, false]);
  expect(mayRead(same, "/data/scratch/1/a")).toBe(true);
});

test("what runs is nobody's to look at, whatever the root is", () => {
  for (const root of ["/", "/proc", "/proc/1"]) {
    const zones = { root, extraRoots: ["/proc"], scratch: "/x/1", dataDir: "/x", closed: [] };
    for (const path of ["/proc/1/environ", "/proc/self/environ", "/proc"])
      expect([mayRead(zones, path), mayWrite(zones, path)]).toEqual([false, false]);
  }
});
