import { expect, test } from "vitest";
import { carryDrafts, draftOf, keepDraft } from "./drafts.ts";

// Reaches draftsMax.
test("a hundred drafts are kept; the one written longest ago goes", () => {
  for (let n = 0; n < 100; n++) keepDraft(`c${n}`, `draft ${n}`);
  keepDraft("c0", "again");
  expect([draftOf("c0"), draftOf("c1")]).toEqual(["again", "draft 1"]);
  keepDraft("more", "more");
  expect([draftOf("c0"), draftOf("c1"), draftOf("more")]).toEqual(["again", "", "more"]);
});

test("a draft comes through a reload, and what another one left there, or no room, hurts nothing", () => {
  const page = new EventTarget();
  const kept = new Map([["dispatch.drafts", "{broken"]]);
  const storage = { getItem: (key: string) => kept.get(key) ?? null, setItem: (key: string, value: string) => void kept.set(key, value) };
  carryDrafts(page, storage);
  keepDraft("reloaded", "half a thought");
  page.dispatchEvent(new Event("pagehide"));
  keepDraft("reloaded", "");
  carryDrafts(new EventTarget(), storage);
  expect(draftOf("reloaded")).toBe("half a thought");
  const full = new EventTarget();
  carryDrafts(full, {
    getItem: () => null,
    setItem: () => {
      throw new Error("quota");
    },
  });
  expect(full.dispatchEvent(new Event("pagehide"))).toBe(true);
});
