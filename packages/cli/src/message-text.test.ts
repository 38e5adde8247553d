import { expect, test } from "vitest";
import { messageText } from "./message-text.ts";

const file = { name: "notes.md", content: "one\ntwo\n" };

test("the text comes first, then a header that names the file, then the file", () => {
  expect(messageText("Read this", file)).toBe("Read this\n\n[file] notes.md\none\ntwo\n");
});

test("either alone is enough, and neither is nothing", () => {
  expect(messageText("hi", undefined)).toBe("hi");
  expect(messageText(undefined, file)).toBe("[file] notes.md\none\ntwo\n");
  expect(messageText("  ", undefined)).toBe("");
});
