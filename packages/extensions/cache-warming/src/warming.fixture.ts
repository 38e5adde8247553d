import { OpRegistry } from "@dispatch/op-registry/contract";
import { all, type Desk, openDesk } from "@dispatch/session-orchestrator/fixture";
import surfaceRegistry from "@dispatch/surface-registry";
import { SurfaceChanged, SurfaceRegistry } from "@dispatch/surface-registry/contract";
import { MemoryStorage, type ScriptedAnswer, testExtension } from "@dispatch/testkit";
import type { WarmResult } from "@dispatch/transport-contract";
import extension from "./index.ts";

export const intervalMs = 240_000;

/** Real conversations with a scripted model on a clock that stands still, and what a client does with the surface. */
export interface Warming extends AsyncDisposable {
  readonly desk: Desk;
  /** Of which conversation the surface was told to have changed, so far. */
  readonly told: readonly string[];
  turn(id?: string): Promise<void>;
  toggle(id?: string): Promise<void>;
  setInterval(seconds: number, id?: string): Promise<void>;
  warm(input: object): Promise<WarmResult>;
  shown(id?: string): Promise<Shown>;
}

export interface Shown {
  readonly enabled: unknown;
  readonly seconds: unknown;
  readonly cachePct: unknown;
  readonly retention: unknown;
  readonly nextWarmAt: number | null;
  readonly lastWarmAt: number | null;
  /** By the first cell. */
  readonly rows: { readonly [row: string]: string | number };
}

const context = { signal: new AbortController().signal, caller: { name: "local", via: "internal" } };

export async function openWarming(answers: readonly ScriptedAnswer[], storage = new MemoryStorage()): Promise<Warming> {
  const told: string[] = [];
  const listener = testExtension("listener", {
    dependsOn: ["surface-registry"],
    activate(host) {
      host.on(SurfaceChanged, ({ surfaceId, conversationId = "" }) => {
        if (surfaceId === "cache-warming") told.push(conversationId);
      });
    },
  });
  const desk = await openDesk({ answers, storage, extensions: [surfaceRegistry, listener, extension] });
  const surfaces = desk.kernel.use(SurfaceRegistry);
  return {
    desk,
    told,
    turn: async (id = "c") => void (await all((await desk.conversations.submit({ conversationId: id, text: "Hi" })).events)),
    toggle: (id = "c") => surfaces.invoke("cache-warming", "cache-warming/toggle", undefined, id),
    setInterval: (seconds, id = "c") => surfaces.invoke("cache-warming", "cache-warming/set-interval", seconds, id),
    warm: async (input) => (await desk.kernel.use(OpRegistry).call("chat.warm", input, context)) as WarmResult,
    async shown(id = "c") {
      const [enabled, seconds, cachePct, retention, timer, table] = (await surfaces.spec("cache-warming", id)).fields as readonly {
        readonly value?: unknown;
        readonly payload?: unknown;
      }[];
      const { rows } = (table?.payload ?? { rows: [] }) as { readonly rows: readonly (readonly [string, string | number])[] };
      return {
        enabled: enabled?.value,
        seconds: seconds?.value,
        cachePct: cachePct?.value,
        retention: retention?.value,
        ...(timer?.payload as Pick<Shown, "nextWarmAt" | "lastWarmAt">),
        rows: Object.fromEntries(rows),
      };
    },
    [Symbol.asyncDispose]: () => desk[Symbol.asyncDispose](),
  };
}
