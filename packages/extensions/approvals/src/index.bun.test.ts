import conversationStore from "@dispatch/conversation-store";
import opRegistry from "@dispatch/op-registry";
import { type ImplementedOp, OpRegistry } from "@dispatch/op-registry/contract";
import surfaceRegistry from "@dispatch/surface-registry";
import { SurfaceRegistry } from "@dispatch/surface-registry/contract";
import { extensionLaws, FaultInjector, MemoryStorage, testExtension, until } from "@dispatch/testkit";
import type { Approval } from "@dispatch/wire";
import { expect, test } from "vitest";
import { call, done, openApprovals, watched } from "./approvals.fixture.ts";
import { Approvals } from "./contract.ts";
import extension from "./index.ts";

const others = [opRegistry, surfaceRegistry, conversationStore, testExtension("session-orchestrator")];
for (const [law, hold] of Object.entries(extensionLaws)) test(law, () => hold(async () => ({ extension, others })));

const another = {
  turnId: "t",
  toolCallId: "1",
  tool: "note",
  input: {},
  why: "",
  rule: null,
  diff: null,
  scopes: ["once"],
  grants: "",
} as const;

type Desk = Awaited<ReturnType<typeof openApprovals>>;
const context = { signal: new AbortController().signal, caller: { name: "ann", via: "http" } };
const ask = (desk: Desk, op: ImplementedOp["op"]["id"], input: object = {}) => desk.kernel.use(OpRegistry).call(op, input, context);
const waiting = async (desk: Desk, input: object = {}) =>
  ((await ask(desk, "approvals.list", input)) as { approvals: readonly Approval[] }).approvals;
const sealed = (desk: Desk, id = "c") => until(() => !desk.conversations.isActive(id));
const results = async (desk: Desk, id = "c") =>
  (await desk.log.chunks(id, {})).flatMap(({ chunk }) => (chunk.type === "tool-result" ? [chunk.content] : []));

async function begin(desk: Desk, seen: ReturnType<typeof watched>, id = "c") {
  await desk.conversations.submit({ conversationId: id, text: "Go" });
  await until(() => seen.asked.some(({ conversationId }) => conversationId === id));
}

test("a call waits for a yes, which names who gave it, and is then made", async () => {
  const seen = watched();
  await using desk = await openApprovals({ answers: [call("1", { n: 7 }), done], seen });
  await begin(desk, seen);
  const [question] = await waiting(desk);
  expect(question).toMatchObject({ conversationId: "c", toolCallId: "1", toolName: "note", input: { n: 7 }, status: "waiting" });
  expect(question).toMatchObject({ why: "It writes.", grants: "All notes.", askedAt: 1_000_000, expiresAt: 1_000_000 + 86_400_000 });
  expect(seen.ran).toEqual([]);
  const allowed = await ask(desk, "approvals.allow", { approvalId: question?.id });
  expect(allowed).toMatchObject({ approval: { status: "allowed", answer: { scope: "once", by: "ann", at: 1_000_000 } } });
  await sealed(desk);
  expect(seen.ran).toEqual([7]);
  expect(await waiting(desk)).toEqual([]);
  expect(await waiting(desk, { status: "allowed" })).toMatchObject([{ id: question?.id }]);
  expect(seen.answered).toMatchObject([{ id: question?.id, status: "allowed" }]);
});

test("a refused call is not made, and the model reads why", async () => {
  const seen = watched();
  await using desk = await openApprovals({ answers: [call("1", { n: 7 }), done], seen });
  await begin(desk, seen);
  await ask(desk, "approvals.deny", { approvalId: seen.asked[0]?.id, reason: "not on a Sunday" });
  await sealed(desk);
  expect(seen.ran).toEqual([]);
  expect(await results(desk)).toEqual(["The person said no to this call: not on a Sunday"]);
});

test("the first answer stands, and whoever comes later is told so", async () => {
  const seen = watched();
  await using desk = await openApprovals({ answers: [call("1", { n: 7 }), done], seen });
  await begin(desk, seen);
  const approvalId = seen.asked[0]?.id;
  const both = await Promise.allSettled([ask(desk, "approvals.deny", { approvalId }), ask(desk, "approvals.allow", { approvalId })]);
  expect(both).toMatchObject([{ status: "fulfilled" }, { status: "rejected", reason: { kind: "conflict", code: "approvals/answered" } }]);
  await sealed(desk);
  await expect(ask(desk, "approvals.allow", { approvalId })).rejects.toMatchObject({
    kind: "conflict",
    message: expect.stringContaining("denied by ann"),
  });
  await expect(ask(desk, "approvals.allow", { approvalId: "nobody" })).rejects.toMatchObject({
    kind: "missing",
    code: "approvals/unknown",
  });
  expect(seen.ran).toEqual([]);
  expect(seen.answered).toHaveLength(1);
});

test("a yes for more than was offered is refused, and the question waits on", async () => {
  const seen = watched();
  await using desk = await openApprovals({ answers: [call("1", { n: 7 }), done], seen });
  await begin(desk, seen);
  const approvalId = seen.asked[0]?.id;
  const wide = ask(desk, "approvals.allow", { approvalId, scope: "workspace" });
  await expect(wide).rejects.toMatchObject({ kind: "invalid", code: "approvals/scope-not-offered" });
  expect(await waiting(desk)).toHaveLength(1);
  await ask(desk, "approvals.allow", { approvalId, scope: "always" });
  await sealed(desk);
  expect(seen.answered).toMatchObject([{ answer: { scope: "always" } }]);
});

test("several answers at once have each their own outcome", async () => {
  const seen = watched();
  await using desk = await openApprovals({ answers: [call("1", { n: 1 }), call("1", { n: 2 }), done, done], seen });
  for (const id of ["a", "b"]) await begin(desk, seen, id);
  const [first, second] = seen.asked;
  const answers = [
    { approvalId: first?.id, allow: true },
    { approvalId: "nobody", allow: true },
    { approvalId: second?.id, allow: false, reason: "no" },
    { approvalId: second?.id, allow: true },
  ];
  expect(await ask(desk, "approvals.answer", { answers })).toMatchObject({
    results: [
      { approvalId: first?.id, approval: { status: "allowed" } },
      { approvalId: "nobody", fault: { code: "approvals/unknown" } },
      { approval: { status: "denied", answer: { reason: "no" } } },
      { fault: { code: "approvals/answered" } },
    ],
  });
  await sealed(desk, "a");
  await sealed(desk, "b");
  expect(seen.ran).toEqual([1]);
});

test("past its time a question is refused, and the model reads that nobody answered", async () => {
  const seen = watched();
  await using desk = await openApprovals({ answers: [call("1", { n: 7 }), done], seen, timeoutMs: 7_200_000 });
  await begin(desk, seen);
  await desk.clock.advance(7_199_000);
  expect(await waiting(desk)).toHaveLength(1);
  await desk.clock.advance(1_000);
  await sealed(desk);
  expect(await results(desk)).toEqual([expect.stringContaining("Nobody answered within 2 hours, so the call was not made.")]);
  expect(await waiting(desk, { status: "expired" })).toMatchObject([{ answer: { by: "the time limit" } }]);
  expect(seen.ran).toEqual([]);
});

test("stopping the turn, or closing its conversation, withdraws its question", async () => {
  for (const end of ["stop", "close"] as const) {
    const seen = watched();
    await using desk = await openApprovals({ answers: [call("1", { n: 7 }), done], seen });
    await begin(desk, seen);
    await desk.conversations[end]("c");
    await until(() => seen.answered.length === 1);
    expect(seen.answered).toMatchObject([{ status: "withdrawn" }]);
    expect(await waiting(desk)).toEqual([]);
    const late = ask(desk, "approvals.allow", { approvalId: seen.asked[0]?.id });
    await expect(late).rejects.toMatchObject({ code: "approvals/answered", message: expect.stringContaining("withdrawn") });
    expect(seen.ran).toEqual([]);
  }
});

test("a removed conversation leaves no question behind", async () => {
  const seen = watched();
  await using desk = await openApprovals({ answers: [call("1", { n: 7 }), done], seen });
  await begin(desk, seen);
  await desk.conversations.close("c");
  await until(() => seen.answered.length === 1);
  expect(await waiting(desk, { status: "withdrawn" })).toHaveLength(1);
  await desk.conversations.remove("c");
  expect(await waiting(desk, { status: "withdrawn" })).toEqual([]);
  const gone = ask(desk, "approvals.allow", { approvalId: seen.asked[0]?.id });
  await expect(gone).rejects.toMatchObject({ code: "approvals/unknown" });
});

test("a question outlives its process: the next one shows it, takes the answer, and makes the call once", async () => {
  const storage = new MemoryStorage();
  const before = watched();
  const first = await openApprovals({ answers: [call("1", { n: 7 })], seen: before, storage });
  await begin(first, before);
  const after = watched();
  // The first is left hanging, as if its machine had stopped.
  await using second = await openApprovals({ answers: [done], seen: after, storage });
  expect(await waiting(second)).toEqual(before.asked);
  await until(() => second.conversations.isActive("c"));
  await ask(second, "approvals.allow", { approvalId: before.asked[0]?.id });
  await sealed(second);
  expect([before.ran, after.ran, after.asked]).toEqual([[], [7], []]);
  expect(await results(second)).toEqual(["noted 7"]);
  await first.kernel[Symbol.asyncDispose]();
});

test("a server that leaves keeps its questions for the next", async () => {
  const storage = new MemoryStorage();
  const before = watched();
  const first = await openApprovals({ answers: [call("1", { n: 7 })], seen: before, storage });
  await begin(first, before);
  await first.kernel[Symbol.asyncDispose]();
  const after = watched();
  await using second = await openApprovals({ answers: [done], seen: after, storage });
  expect(await waiting(second)).toEqual(before.asked);
  await ask(second, "approvals.deny", { approvalId: before.asked[0]?.id });
  await sealed(second);
  expect([before.ran, after.ran]).toEqual([[], []]);
});

test("a question whose turn is gone at a start is withdrawn", async () => {
  const storage = new MemoryStorage();
  const seen = watched();
  const first = await openApprovals({ answers: [], seen, storage });
  void first.kernel.use(Approvals).ask({ ...another, conversationId: "gone" }, context.signal);
  await until(() => seen.asked.length === 1);
  await using second = await openApprovals({ answers: [], storage });
  await until(() => second.kernel.use(Approvals).waiting("1", "gone") === false);
  expect(await waiting(second, { status: "withdrawn" })).toMatchObject([{ conversationId: "gone" }]);
});

test("a yes is for the call that was shown: with another input under the same id it is another question", async () => {
  const seen = watched();
  await using desk = await openApprovals({ answers: [], seen });
  const { ask: put } = desk.kernel.use(Approvals);
  const question = { ...another, conversationId: "c" };
  const first = put({ ...question, input: { n: 1 } }, context.signal);
  await until(() => seen.asked.length === 1);
  const second = put({ ...question, input: { n: 2 } }, context.signal);
  await until(() => seen.asked.length === 2);
  expect(await first).toMatchObject({ allowed: false });
  await expect(ask(desk, "approvals.allow", { approvalId: seen.asked[0]?.id })).rejects.toMatchObject({ code: "approvals/answered" });
  await ask(desk, "approvals.allow", { approvalId: seen.asked[1]?.id });
  expect(await second).toMatchObject({ allowed: true });
});

test("asking ends with its signal, whatever the store does", async () => {
  const seen = watched();
  await using desk = await openApprovals({ answers: [], seen });
  const { ask: put } = desk.kernel.use(Approvals);
  const question = { ...another, conversationId: "c" };
  await expect(put(question, AbortSignal.abort())).rejects.toMatchObject({ kind: "cancelled", code: "approvals/cancelled" });
  expect(seen.asked).toEqual([]);
  const stop = new AbortController();
  const asked = put(question, stop.signal);
  await until(() => seen.asked.length === 1);
  stop.abort();
  await expect(asked).rejects.toMatchObject({ kind: "cancelled", code: "approvals/cancelled" });
  await until(() => seen.answered.length === 1);
  expect(seen.answered).toMatchObject([{ status: "withdrawn" }]);
});

test("a client without the renderer answers by a plain button, one with it by what it sends", async () => {
  const seen = watched();
  await using desk = await openApprovals({ answers: [call("1", { n: 1 }), call("1", { n: 2 }), done, done], seen });
  const surfaces = desk.kernel.use(SurfaceRegistry);
  expect((await surfaces.spec("approvals")).fields).toEqual([
    { kind: "custom", rendererId: "approvals", payload: { approvals: [] } },
    { kind: "stat", label: "Waiting", value: "0" },
  ]);
  for (const id of ["a", "b"]) await begin(desk, seen, id);
  const { fields } = await surfaces.spec("approvals");
  expect(fields[0]).toEqual({ kind: "custom", rendererId: "approvals", payload: { approvals: seen.asked } });
  const buttons = fields.flatMap((field) => (field.kind === "button" ? [field.action.actionId] : []));
  expect(buttons).toEqual(seen.asked.flatMap(({ id }) => [`allow/${id}`, `deny/${id}`]));
  await surfaces.invoke("approvals", buttons[0] ?? "", undefined, undefined, "phone");
  await surfaces.invoke(
    "approvals",
    "approvals/answer",
    { approvalId: seen.asked[1]?.id, allow: false, reason: "no" },
    undefined,
    "tablet",
  );
  await expect(surfaces.invoke("approvals", "approvals/answer", { allow: true })).rejects.toMatchObject({ code: "approvals/bad-answer" });
  for (const id of ["a", "b"]) await sealed(desk, id);
  expect(seen.ran).toEqual([1]);
  expect(await results(desk, "b")).toEqual(["The person said no to this call: no"]);
  expect(seen.answered.map(({ answer }) => answer?.by)).toEqual(["phone", "tablet"]);
});

test("whichever commit fails around a question and its answer, the call is made at most once, and never without a yes that was stored", async () => {
  for (const when of ["before", "after"] as const) {
    for (let at = 1, struck = true; struck; at++) {
      const storage = new MemoryStorage();
      const faulty = new FaultInjector(storage);
      const first = watched();
      const desk = await openApprovals({ answers: [call("1", { n: 7 }), done], seen: first, storage: faulty });
      await begin(desk, first);
      const strikesAt = faulty.counts.commit + at;
      faulty.arm({ operation: "commit", at, when });
      const allowed = await ask(desk, "approvals.allow", { approvalId: first.asked[0]?.id }).then(
        () => true,
        () => false,
      );
      if (!allowed) await ask(desk, "approvals.allow", { approvalId: first.asked[0]?.id }).catch(() => {});
      await sealed(desk);
      struck = faulty.counts.commit >= strikesAt;
      faulty.disarm();
      await desk.kernel[Symbol.asyncDispose]();
      const second = watched();
      await using later = await openApprovals({ answers: [done, done], seen: second, storage });
      await sealed(later);
      const ran = [...first.ran, ...second.ran];
      expect([when, at, ran.length <= 1]).toEqual([when, at, true]);
      const yes = await waiting(later, { status: "allowed" });
      expect([when, at, ran.length <= yes.length]).toEqual([when, at, true]);
      expect(await waiting(later)).toEqual([]);
    }
  }
});

test("a turn that ends without asking again withdraws what it left, answered or not, and so does another turn that begins", async () => {
  const storage = new MemoryStorage();
  const before = watched();
  const first = await openApprovals({ answers: [call("1", { n: 7 })], seen: before, storage });
  await begin(first, before);
  await first.kernel[Symbol.asyncDispose]();
  await using second = await openApprovals({ answers: [done, done], storage, isGuarded: false });
  await sealed(second);
  await until(() => !second.kernel.use(Approvals).waiting("1", "c"));
  expect(await waiting(second, { status: "withdrawn" })).toHaveLength(1);
  const left = { ...another, conversationId: "c", turnId: "another" };
  void second.kernel.use(Approvals).ask(left, context.signal);
  await until(() => second.kernel.use(Approvals).waiting("1", "c"));
  await second.conversations.submit({ conversationId: "c", text: "Go on" });
  await sealed(second);
  await until(() => !second.kernel.use(Approvals).waiting("1", "c"));
});
