import type { SurfaceField } from "@dispatch/ui-contract";
import type { Approval } from "@dispatch/wire";
import { expect, test } from "vitest";
import { changesOf, noQuestions, questionsIn, questionsOf } from "./questions.ts";

const question = {
  id: "q1",
  conversationId: "c",
  turnId: "t",
  toolCallId: "call",
  toolName: "run_shell",
  input: { command: "ls" },
  why: "A rule asks.",
  rule: "a1",
  diff: null,
  grants: "From then on `ls` may run.",
  scopes: ["once", "always"],
  askedAt: 1,
  expiresAt: 2,
  status: "waiting",
};
const spec = (...fields: readonly SurfaceField[]) => ({ id: "approvals", region: "side", title: "Approvals", fields });
const custom = (approvals: unknown): SurfaceField => ({ kind: "custom", rendererId: "approvals", payload: { approvals } });

test("what waits is told with all of it, and how many wait counts those that are not shown yet", () => {
  const waiting = { kind: "stat", label: "Waiting", value: "12" } as const;
  expect(questionsIn(spec(custom([question]), waiting))).toEqual({ waiting: [question], total: 12 });
  expect(questionsIn(spec(custom([question])))).toEqual({ waiting: [question], total: 1 });
  expect(questionsIn(spec())).toEqual({ waiting: [], total: 0 });
});

test("a question of a newer server is offered as far as it is understood, and what is none is left out", () => {
  const odd = { ...question, scopes: ["once", "galaxy"], grants: 7, diff: undefined, rule: undefined, expiresAt: "soon" };
  expect(questionsOf({ approvals: [odd, null, 5, { id: "x" }, { ...question, status: "allowed" }] })).toMatchObject([
    { id: "q1", scopes: ["once"], grants: "", diff: null, rule: null, expiresAt: Number.POSITIVE_INFINITY },
  ]);
  for (const payload of [undefined, null, 1, {}, { approvals: {} }]) expect(questionsOf(payload)).toEqual([]);
});

test("what came is new, and what went was not answered from here", () => {
  const known = (...ids: readonly string[]) => ({ waiting: ids.map((id) => ({ ...question, id }) as Approval), total: ids.length });
  const idsOf = ({ came, went }: ReturnType<typeof changesOf>) => [came.map(({ id }) => id), went.map(({ id }) => id)];
  expect(idsOf(changesOf(known("a", "b", "c"), known("c", "d"), (id) => id === "a"))).toEqual([["d"], ["b"]]);
  expect(idsOf(changesOf(noQuestions, known("a"), () => false))).toEqual([["a"], []]);
  expect(idsOf(changesOf(known("a"), known("a"), () => false))).toEqual([[], []]);
});
