import type { Approval } from "@dispatch/wire";
import { expect, test } from "vitest";
import { notificationsOf } from "./question-notifications.ts";

const question = (id: string) => ({ id, conversationId: `c-${id}`, toolName: "run_shell", why: "It leaves the mode." }) as Approval;

// Reaches notificationsMax.
test("of questions that come together three are told, each with its conversation's title", () => {
  const told = notificationsOf(["a", "b", "c", "d"].map(question), (id) => (id === "c-a" ? "About a" : undefined));
  expect(told.map(({ title, tag }) => [title, tag])).toEqual([
    ["About a", "a"],
    ["Dispatch", "b"],
    ["Dispatch", "c"],
  ]);
  expect(told[0]?.body).toBe("run_shell waits for your answer. It leaves the mode.");
});
