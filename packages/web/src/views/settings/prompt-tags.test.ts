import { expect, test } from "vitest";
import { insertedAt, tagOf } from "./prompt-tags.ts";

test("a tag takes the place of what is selected, and the caret stands behind it", () => {
  const tag = tagOf({ type: "git", name: "branch", description: "" });
  expect(tag).toBe("[git:branch]");
  expect(insertedAt("on HERE.", tag, 3, 7)).toEqual({ text: "on [git:branch].", caret: 15 });
  expect(insertedAt("", tag, 0, 0)).toEqual({ text: tag, caret: tag.length });
});
