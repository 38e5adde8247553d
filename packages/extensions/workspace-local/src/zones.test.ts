import { expect, test } from "vitest";
import { mayRead, mayWrite } from "./zones.ts";

const zones = { root: "/home/me", extraRoots: ["/srv/notes"], scratch: "/home/me/.data/scratch/1", dataDir: "/home/me/.data" };

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
  const inside = { root: "/data/work", extraRoots: [], scratch: "/data/scratch/1", dataDir: "/data" };
  expect(mayWrite(inside, "/data/work/a")).toBe(true);
  expect(mayRead(inside, "/data/dispatch.db")).toBe(false);
});
