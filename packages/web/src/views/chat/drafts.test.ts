import { expect, test } from "vitest";
import { draftOf, keepDraft } from "./drafts.ts";

// Reaches draftsMax.
test("a hundred drafts are kept; the one written longest ago goes", () => {
  for (let n = 0; n < 100; n++) keepDraft(`c${n}`, `draft ${n}`);
  keepDraft("c0", "again");
  expect([draftOf("c0"), draftOf("c1")]).toEqual(["again", "draft 1"]);
  keepDraft("more", "more");
  expect([draftOf("c0"), draftOf("c1"), draftOf("more")]).toEqual(["again", "", "more"]);
});
