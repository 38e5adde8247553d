import type { Approval } from "@dispatch/wire";
import { expect, test } from "vitest";
import { createApi } from "../protocol/api.ts";
import { outcomeOf, outcomeText } from "./question-outcome.ts";

const answer = { by: "the phone", at: 1 };

test("an answer names who gave it, and why not; a turn that ended needs no telling", () => {
  expect([
    outcomeText({ status: "allowed", answer: { ...answer, scope: "once" } }),
    outcomeText({ status: "denied", answer }),
    outcomeText({ status: "denied", answer: { ...answer, reason: "Not today." } }),
    outcomeText({ status: "expired" }),
    outcomeText({ status: "withdrawn" }),
  ]).toEqual([
    "It was allowed by the phone.",
    "It was denied by the phone.",
    "It was denied by the phone. They say: Not today.",
    "Nobody answered in time: it was refused.",
    undefined,
  ]);
});

test("the server is asked what became of it; where it cannot tell, so is said", async () => {
  const question = { id: "q", conversationId: "c/1", status: "denied", answer } as unknown as Approval;
  const asking = (fetch: (url: string) => Response) =>
    outcomeOf(createApi({ base: "", token: () => undefined, fetch: async (url) => fetch(url) }), question);
  const denied = (url: string) => Response.json({ approvals: url === "/approvals?conversationId=c%2F1&status=denied" ? [question] : [] });
  expect(await asking(denied)).toBe("It was denied by the phone.");
  expect(await asking(() => new Response("no", { status: 500 }))).toMatch(/^It waits no longer/);
});
