import { fault } from "@dispatch/kernel";
import type { SurfaceRegistry } from "@dispatch/surface-registry/contract";
import type { SurfaceSpec } from "@dispatch/ui-contract";
import { expect, test } from "vitest";
import { settled } from "./fake-socket.fixture.ts";
import { refusalOf } from "./read-frame.ts";
import { SurfaceViews } from "./surface-views.ts";

/** One surface that shows a number, which each reading takes as it is when the reading ends. */
function open() {
  let value = 0;
  let hold: Promise<void> | undefined;
  let reads = 0;
  const spec = (id: string, conversationId: string | undefined): SurfaceSpec => ({
    id,
    region: "side",
    title: "Number",
    fields: [{ kind: "stat", label: conversationId ?? "nobody", value: String(value) }],
  });
  const registry: Pick<SurfaceRegistry, "spec"> = {
    async spec(surfaceId, conversationId) {
      reads += 1;
      if (surfaceId !== "number") throw fault("missing", "surface-registry/unknown-surface", "No such surface.");
      const read = spec(surfaceId, conversationId);
      await hold;
      return read;
    },
  };
  const views = new SurfaceViews(registry as SurfaceRegistry, (thrown, surfaceId) =>
    refusalOf("subscribe", { surfaceId }, (thrown as Error).message),
  );
  const viewer = () => {
    const texts: string[] = [];
    return { texts, push: (text: string) => void texts.push(text), frames: () => texts.map((text) => JSON.parse(text)) };
  };
  return {
    views,
    viewer,
    spec,
    reads: () => reads,
    set(next: number) {
      value = next;
    },
    holdReads() {
      const held = Promise.withResolvers<void>();
      hold = held.promise;
      return () => {
        hold = undefined;
        held.resolve();
      };
    },
  };
}

test("whoever subscribes gets the spec with the conversation that was asked for; again, when it asks again", async () => {
  const { views, viewer, spec } = open();
  const one = viewer();
  views.subscribe(one, "number", "c1");
  views.subscribe(one, "number", undefined);
  await settled();
  views.subscribe(one, "number", "c1");
  await settled();
  expect(one.frames()).toEqual([
    { type: "surface", spec: spec("number", "c1"), conversationId: "c1" },
    { type: "surface", spec: spec("number", undefined) },
    { type: "surface", spec: spec("number", "c1"), conversationId: "c1" },
  ]);
  expect(views.subscriptions(one)).toBe(2);
});

test("a change is told to all who look at that conversation, with its id, and to nobody else", async () => {
  const { views, viewer, set, spec } = open();
  const [one, other, elsewhere] = [viewer(), viewer(), viewer()];
  views.subscribe(one, "number", "c1");
  views.subscribe(other, "number", "c1");
  views.subscribe(elsewhere, "number", "c2");
  await settled();
  set(1);
  views.changed({ surfaceId: "number", conversationId: "c1" });
  views.changed({ surfaceId: "other" });
  await settled();
  for (const { frames } of [one, other]) {
    expect(frames().slice(1)).toEqual([
      { type: "update", update: { surfaceId: "number", spec: spec("number", "c1"), conversationId: "c1" } },
    ]);
  }
  expect(elsewhere.frames()).toHaveLength(1);
});

test("a change of everything is told to all, each with its own spec", async () => {
  const { views, viewer, spec } = open();
  const [one, other] = [viewer(), viewer()];
  views.subscribe(one, "number", "c1");
  views.subscribe(other, "number", undefined);
  await settled();
  views.changed({ surfaceId: "number" });
  await settled();
  expect(one.frames()[1]).toEqual({ type: "update", update: { surfaceId: "number", spec: spec("number", "c1"), conversationId: "c1" } });
  expect(other.frames()[1]).toEqual({ type: "update", update: { surfaceId: "number", spec: spec("number", undefined) } });
});

test("however many look, the surface is read once, and the frame is one text", async () => {
  const { views, viewer, reads } = open();
  const viewers = Array.from({ length: 100 }, viewer);
  for (const one of viewers) views.subscribe(one, "number", "c1");
  await settled();
  const before = reads();
  views.changed({ surfaceId: "number", conversationId: "c1" });
  await settled();
  expect(reads()).toBe(before + 1);
  expect(new Set(viewers.map(({ texts }) => texts.at(-1))).size).toBe(1);
});

test("what changes while it is read is read once more, however often it changed, and nothing older comes after something newer", async () => {
  const { views, viewer, set, holdReads } = open();
  const [one, late] = [viewer(), viewer()];
  views.subscribe(one, "number", "c1");
  await settled();
  const release = holdReads();
  for (const next of [1, 2, 3]) {
    set(next);
    views.changed({ surfaceId: "number", conversationId: "c1" });
  }
  views.subscribe(late, "number", "c1");
  await settled();
  expect(one.frames()).toHaveLength(1);
  release();
  await settled();
  const shown = (frames: readonly { type: string; spec?: SurfaceSpec; update?: { spec: SurfaceSpec } }[]) =>
    frames.map(({ type, spec, update }) => [type, (spec ?? update?.spec)?.fields[0]]);
  const stat = (value: number) => ({ kind: "stat", label: "c1", value: String(value) });
  expect(shown(one.frames())).toEqual([
    ["surface", stat(0)],
    ["update", stat(1)],
    ["update", stat(3)],
  ]);
  expect(shown(late.frames())).toEqual([["surface", stat(3)]]);
});

test("who has left, or leaves while it is read, is told nothing", async () => {
  const { views, viewer, holdReads } = open();
  const [gone, leaving, other] = [viewer(), viewer(), viewer()];
  for (const one of [gone, leaving]) views.subscribe(one, "number", "c1");
  views.subscribe(other, "number", "c2");
  await settled();
  views.unsubscribe(gone, "number", "c1");
  views.unsubscribe(other, "number", "c1");
  views.unsubscribe(other, "nothing", undefined);
  const release = holdReads();
  views.changed({ surfaceId: "number" });
  views.leaveAll(leaving);
  release();
  await settled();
  expect([gone, leaving, other].map(({ texts }) => texts.length)).toEqual([1, 1, 2]);
  expect([gone, leaving, other].map((one) => views.subscriptions(one))).toEqual([0, 0, 1]);
});

test("an unknown surface is an error to those who asked, and no subscription", async () => {
  const { views, viewer } = open();
  const one = viewer();
  views.subscribe(one, "nothing", "c1");
  await settled();
  expect(one.frames()).toEqual([{ type: "error", message: "No such surface.", surfaceId: "nothing" }]);
  expect([views.subscriptions(one), views.has(one, "nothing", "c1")]).toEqual([0, false]);
});

test("a surface that has gone has no views any more; one that comes back is asked for anew", async () => {
  const { views, viewer } = open();
  const one = viewer();
  views.subscribe(one, "number", "c1");
  await settled();
  views.keepOnly(["other"]);
  views.changed({ surfaceId: "number", conversationId: "c1" });
  await settled();
  expect([one.texts.length, views.subscriptions(one)]).toEqual([1, 0]);
  views.keepOnly(["number"]);
  views.subscribe(one, "number", "c1");
  await settled();
  expect(one.texts.length).toBe(2);
});
