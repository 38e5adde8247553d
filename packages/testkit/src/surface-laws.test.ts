import { fault } from "@dispatch/kernel";
import { expect, test } from "vitest";
import { type SurfaceUnderTest, surfaceLaws } from "./surface-laws.ts";

/** A sound surface: counts what it was told to of each conversation. */
function counter(instead: Partial<SurfaceUnderTest["surface"]> = {}): SurfaceUnderTest & { readonly counts: Map<string, number> } {
  const counts = new Map<string, number>();
  const watchers = new Set<(id: string) => void>();
  const change = (id: string) => {
    counts.set(id, (counts.get(id) ?? 0) + 1);
    for (const tell of watchers) tell(id);
  };
  return {
    counts,
    change,
    surface: {
      id: "counter",
      region: "side",
      title: "Counter",
      scope: "conversation",
      read: (id = "") => [
        { kind: "number", label: "Count", value: counts.get(id) ?? 0, action: { actionId: "set" } },
        { kind: "custom", rendererId: "table", payload: { columns: ["Count"], rows: [[counts.get(id) ?? 0]] } },
      ],
      changes(signal) {
        const queue: string[] = [];
        let wake = () => {};
        const tell = (id: string) => {
          queue.push(id);
          wake();
        };
        watchers.add(tell);
        signal.addEventListener("abort", () => wake(), { once: true });
        return (async function* () {
          for (;;) {
            if (signal.aborted) return void watchers.delete(tell);
            const id = queue.shift();
            if (id !== undefined) yield id;
            else
              await new Promise<void>((resolve) => {
                wake = resolve;
              });
          }
        })();
      },
      actions: {
        set: async (payload, id) => {
          if (typeof payload !== "number" || !Number.isFinite(payload)) throw fault("invalid", "counter/bad-count", "Give a number.");
          if (id !== undefined) counts.set(id, payload);
        },
      },
      ...instead,
    },
  };
}

for (const [law, hold] of Object.entries(surfaceLaws)) test(law, () => hold(async () => counter()));

const shape = "without a conversation, and for one that nobody knows, it shows something well formed";
const told = "a change is told with its conversation, and shows at the next read";
const actions = "an action refuses what it does not understand with a fault, and what it shows stays well formed";

test.each<[string, () => SurfaceUnderTest, string]>([
  ["has no title", () => counter({ title: "" }), "it can be listed"],
  ["throws without a conversation", throwsWithout, shape],
  ["names an action that it does not have", () => counter({ actions: {} }), shape],
  ["shows a cell that is none", badTable, shape],
  ["counts its reads", countsReads, "reading changes nothing"],
  ["tells another conversation", tellsWrong, told],
  ["shows one conversation's data of all", mixesUp, "what changes of one conversation is not shown of another"],
  ["tells what was before", tellsOld, "every watcher is told, and none of what was before"],
  ["goes on after the abort", neverEnds, "its changes end when the signal aborts, also before the first"],
  ["falls over a payload", fallsOver, actions],
  ["takes any payload", takesAll, actions],
])("a surface that %s is caught", async (_, make, law) => {
  await expect(surfaceLaws[law]?.(async () => make())).rejects.toThrow();
});

function throwsWithout() {
  return counter({
    read(id) {
      if (id === undefined) throw new Error("whose?");
      return [];
    },
  });
}
function badTable() {
  return counter({ read: () => [{ kind: "custom", rendererId: "table", payload: { columns: ["A"], rows: [[null]] } }] });
}
function countsReads() {
  let reads = 0;
  return counter({ read: () => [{ kind: "stat", label: "Reads", value: String(++reads) }] });
}
function tellsWrong() {
  const { surface, change } = counter();
  return { surface, change: (id: string) => change(`${id}-other`) };
}
function mixesUp() {
  const { surface, change, counts } = counter();
  return { change, surface: { ...surface, read: () => [{ kind: "stat", label: "Sum", value: String(counts.size) } as const] } };
}
function tellsOld() {
  const { surface, change } = counter();
  const old: string[] = [];
  return {
    change(id: string) {
      old.push(id);
      void change(id);
    },
    surface: {
      ...surface,
      async *changes(signal: AbortSignal) {
        yield* old;
        yield* surface.changes(signal);
      },
    },
  };
}
function neverEnds() {
  return counter({
    changes: () =>
      (async function* () {
        await new Promise<never>(() => {});
        yield "never";
      })(),
  });
}
function fallsOver() {
  return counter({ actions: { set: async (payload) => void (payload as string).trim() } });
}
function takesAll() {
  const { surface, change, counts } = counter();
  return { change, surface: { ...surface, actions: { set: async (payload: unknown, id = "") => void counts.set(id, payload as number) } } };
}
