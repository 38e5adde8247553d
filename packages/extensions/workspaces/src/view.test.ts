import { expect, test } from "vitest";
import { entriesOf, type Saved, viewOf } from "./view.ts";

const member = (workspaceId: string, createdAt: number, lastActivityAt: number) => ({ workspaceId, createdAt, lastActivityAt });
const blank = { defaultCwd: null, defaultComputerId: null, starred: false };

test("default is there before anything has happened, with zero times", () => {
  expect(viewOf("default", undefined, [])).toEqual({ ...blank, id: "default", title: "default", createdAt: 0, lastActivityAt: 0 });
  expect(viewOf("default", { title: "Home" }, [])).toMatchObject({ title: "Home", createdAt: 0, lastActivityAt: 0 });
});

test("another is there when it was made or when a conversation is in it", () => {
  expect(viewOf("w", undefined, [])).toBeUndefined();
  expect(viewOf("w", { createdAt: 5 }, [])).toEqual({ ...blank, id: "w", title: "w", createdAt: 5, lastActivityAt: 5 });
  expect(viewOf("w", undefined, [member("w", 7, 9)])).toEqual({ ...blank, id: "w", title: "w", createdAt: 7, lastActivityAt: 9 });
});

test("its times span its making and its conversations", () => {
  const members = [member("w", 7, 30), member("w", 4, 12)];
  expect(viewOf("w", { createdAt: 5, starred: true }, members)).toMatchObject({ createdAt: 4, lastActivityAt: 30, starred: true });
  expect(viewOf("w", { createdAt: 2 }, members)).toMatchObject({ createdAt: 2, lastActivityAt: 30 });
  expect(viewOf("default", {}, members)).toMatchObject({ createdAt: 4, lastActivityAt: 30 });
});

test("the list holds each once, with its count, newest activity first", () => {
  const saved = new Map<string, Saved>([
    ["made", { createdAt: 20, title: "Made" }],
    ["both", { createdAt: 1 }],
  ]);
  const conversations = [member("both", 5, 10), member("both", 6, 40), member("found", 7, 30)];
  expect(
    entriesOf(saved, conversations).map(({ id, conversationCount, lastActivityAt }) => [id, conversationCount, lastActivityAt]),
  ).toEqual([
    ["both", 2, 40],
    ["found", 1, 30],
    ["made", 0, 20],
    ["default", 0, 0],
  ]);
});

test("a list of many conversations costs no deep stack", () => {
  const many = Array.from({ length: 200_000 }, (_, n) => member("w", n + 1, n + 1));
  expect(entriesOf(new Map(), many)[0]).toMatchObject({ id: "w", conversationCount: 200_000, createdAt: 1, lastActivityAt: 200_000 });
});
