import assert from "node:assert/strict";
import { Fault } from "@dispatch/kernel";
import type { SurfaceField } from "@dispatch/ui-contract";
import type { Laws } from "./laws.ts";

/** What `surface-registry` calls a Surface; testkit knows contracts alone, so it says again what it needs. */
interface Surface {
  readonly id: string;
  readonly region: string;
  readonly title: string;
  readonly scope: "global" | "conversation";
  read(conversationId?: string): readonly SurfaceField[] | Promise<readonly SurfaceField[]>;
  changes(signal: AbortSignal): AsyncIterable<string | undefined>;
  readonly actions: { readonly [actionId: string]: (payload: unknown, conversationId: string | undefined) => Promise<void> };
}

export interface SurfaceUnderTest {
  readonly surface: Surface;
  /** Makes the surface show something else than before: of that conversation, or, of a global one, at all. */
  change(conversationId: string): void | Promise<void>;
}

/** Far more than a surface takes to end; only a test that would hang meets it. */
const endMs = 1_000;

/** What every Surface must do. Its own tests say what it shows. */
export const surfaceLaws: Laws<SurfaceUnderTest> = {
  "it can be listed": async (open) => {
    const { surface } = await open();
    assert.match(surface.id, /^[a-z][a-z0-9-]{0,63}$/);
    assert.ok(surface.region !== "" && surface.title !== "");
    assert.ok(surface.scope === "global" || surface.scope === "conversation");
  },
  "without a conversation, and for one that nobody knows, it shows something well formed": async (open) => {
    const { surface } = await open();
    for (const conversationId of [undefined, "nobody-knows-this-one"]) assertFields(surface, await surface.read(conversationId));
  },
  "reading changes nothing": async (open) => {
    const { surface, change } = await open();
    await change("c1");
    for (const conversationId of [undefined, "c1", "c2"])
      assert.deepEqual(await surface.read(conversationId), await surface.read(conversationId));
  },
  "a change is told with its conversation, and shows at the next read": async (open) => {
    const { surface, change } = await open();
    const before = await surface.read("c1");
    const stop = new AbortController();
    const told = changesOf(surface, stop.signal);
    await change("c1");
    await told.next("c1");
    const fields = await surface.read("c1");
    assertFields(surface, fields);
    assert.notDeepEqual(fields, before);
    stop.abort();
  },
  "what changes of one conversation is not shown of another": async (open) => {
    const { surface, change } = await open();
    if (surface.scope === "global") return;
    const before = [await surface.read(), await surface.read("c2")];
    await change("c1");
    assert.deepEqual([await surface.read(), await surface.read("c2")], before);
  },
  "every watcher is told, and none of what was before": async (open) => {
    const { surface, change } = await open();
    await change("c1");
    const stop = new AbortController();
    const watchers = [changesOf(surface, stop.signal), changesOf(surface, stop.signal)];
    await change("c2");
    for (const told of watchers) assert.ok(surface.scope === "global" || !(await told.next("c2")).includes("c1"));
    stop.abort();
  },
  "its changes end when the signal aborts, also before the first": async (open) => {
    const { surface, change } = await open();
    const stop = new AbortController();
    const ends = [changesOf(surface, stop.signal).end, changesOf(surface, AbortSignal.abort()).end];
    stop.abort();
    await change("c1");
    await inTime(Promise.all(ends), "the changes did not end");
  },
  "an action refuses what it does not understand with a fault, and what it shows stays well formed": async (open) => {
    const { surface } = await open();
    const nonsense = [undefined, null, true, "x", Number.NaN, -1, 1e308, [], {}, { value: "x" }, [[[]]]];
    for (const [actionId, action] of Object.entries(surface.actions)) {
      for (const conversationId of [undefined, "c1"]) {
        for (const payload of nonsense) {
          const refused = await action(payload, conversationId).catch((thrown: unknown) => thrown);
          const isSurprise = refused !== undefined && (!Fault.is(refused) || refused.kind === "defect");
          assert.ok(!isSurprise, `${actionId} threw ${String(refused)} at ${JSON.stringify(payload)}`);
        }
        assertFields(surface, await surface.read(conversationId));
      }
    }
  },
};

/** Collects what the changes tell, from now on. `next` waits until the conversation, or everything, has been told. */
function changesOf(surface: Surface, signal: AbortSignal) {
  const told: (string | undefined)[] = [];
  let wake = () => {};
  const end = (async () => {
    for await (const conversationId of surface.changes(signal)) {
      told.push(conversationId);
      wake();
    }
  })();
  const isTold = (conversationId: string) => told.includes(conversationId) || told.includes(undefined);
  return {
    end,
    async next(conversationId: string): Promise<readonly (string | undefined)[]> {
      const arrived = new Promise<void>((resolve) => {
        wake = () => void (isTold(conversationId) && resolve());
        wake();
      });
      await inTime(arrived, `a change of ${conversationId} was not told`);
      return told;
    },
  };
}

/** What crosses the wire is JSON, and clients drop a field of which a part is missing. */
function assertFields(surface: Surface, fields: readonly SurfaceField[]): void {
  assert.ok(Array.isArray(fields));
  assert.deepEqual(JSON.parse(JSON.stringify(fields)), fields);
  for (const field of fields) {
    if ("label" in field) assert.ok(typeof field.label === "string" && field.label !== "", `a ${field.kind} without a label`);
    if ("action" in field) assert.ok(field.action.actionId in surface.actions, `${field.action.actionId} is no action of ${surface.id}`);
    assert.ok(hasSoundValue(field), `a ${field.kind} that clients drop: ${JSON.stringify(field)}`);
  }
}

function hasSoundValue(field: SurfaceField): boolean {
  switch (field.kind) {
    case "toggle":
      return typeof field.value === "boolean";
    case "progress":
      return field.value >= 0 && field.value <= 1;
    case "selector":
      return field.options.some(({ value }) => value === field.value);
    case "stat":
      return typeof field.value === "string";
    case "number":
      return Number.isFinite(field.value);
    case "button":
      return true;
    case "custom":
      return field.rendererId === "table" ? isTable(field.payload as Table) : field.rendererId !== "";
  }
}

interface Table {
  readonly columns: readonly unknown[];
  readonly rows: readonly (readonly unknown[])[];
}

/** One malformed cell hides the whole table. */
function isTable({ columns, rows }: Table): boolean {
  const isCell = (cell: unknown) => ["string", "number", "boolean"].includes(typeof cell);
  return columns.every((column) => typeof column === "string") && rows.every((row) => row.length === columns.length && row.every(isCell));
}

async function inTime(work: Promise<unknown>, complaint: string): Promise<void> {
  const late = new Promise<false>((resolve) => setTimeout(resolve, endMs, false).unref());
  assert.ok((await Promise.race([work.then(() => true), late])) === true, complaint);
}
