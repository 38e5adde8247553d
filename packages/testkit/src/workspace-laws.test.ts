import { expect, test } from "vitest";
import { MemoryWorkspace } from "./memory-workspace.ts";
import { workspaceLaws } from "./workspace-laws.ts";

/** Each is right but for one thing. */
const wrong: { readonly [what: string]: (right: MemoryWorkspace) => Partial<MemoryWorkspace> } = {
  "lets a like-named neighbour in": (right) => ({
    resolve: async (path) => (path.startsWith(right.root) ? path : right.resolve(path)),
  }),
  "reads past the end as an error": (right) => ({
    read: async (path, range) => {
      const read = await right.read(path, range);
      if (read.length < (range?.length ?? 0)) throw new RangeError("past the end");
      return read;
    },
  }),
  "does not look at what it replaces": (right) => ({ write: (path, bytes) => right.write(path, bytes) }),
  "gives a version that nobody else gives": (right) => ({
    write: async (path, bytes, expected) => `${await right.write(path, bytes, expected)}!`,
  }),
  "forgets to count": (right) => ({
    list: async (path, limit) => {
      const { entries } = await right.list(path, limit);
      return { entries, total: entries.length };
    },
  }),
  "keeps two texts in one place": (right) => {
    const places = new Map<string, string>();
    const keep: MemoryWorkspace["keep"] = async (name, bytes) =>
      places.get(name) ?? places.set(name, await right.keep(name, bytes)).get(name) ?? "";
    return { keep };
  },
  "remembers by text, not by file": (right) => {
    const seen = new Map<string, string>();
    return {
      seen: (path) => seen.get(path) ?? (path === "" ? right.seen(path) : undefined),
      note: (path, version) => void seen.set(path, version),
    };
  },
};

for (const [what, change] of Object.entries(wrong))
  test(`a workspace that ${what} is caught`, async () => {
    const open = async () => {
      const right = new MemoryWorkspace();
      const changed = change(right);
      const workspace = new Proxy(right, {
        get: (_, name) => {
          const member = Reflect.get(changed, name) ?? Reflect.get(right, name);
          return typeof member === "function" ? member.bind(right) : member;
        },
      });
      return { workspace, put: (path: string, content: string) => right.put(path, content) };
    };
    const held = await Promise.allSettled(Object.values(workspaceLaws).map((hold) => hold(open)));
    expect(held.some(({ status }) => status === "rejected")).toBe(true);
  });
