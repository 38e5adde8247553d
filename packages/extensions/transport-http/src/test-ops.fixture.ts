import { fault } from "@dispatch/kernel";
import { type ImplementedOp, implement } from "@dispatch/op-registry/contract";
import { defineOp, getStatus, id, setTitle, stopConversation } from "@dispatch/transport-contract";
import type { FaultKind } from "@dispatch/wire";
import { z } from "zod";

const raise = defineOp({
  id: "test.raise",
  intent: "read",
  summary: "Raises a fault of a kind, or throws what is none.",
  input: z.object({ kind: z.string(), retryAfterMs: z.coerce.number().optional() }),
  output: z.object({}),
  http: { method: "GET", path: "/raise/:kind" },
  examples: [],
});

const behind = defineOp({
  id: "test.behind",
  intent: "read",
  summary: "Raises a fault of a kind, at a route that answers 502 where others answer 503.",
  input: z.object({ kind: z.string() }),
  output: z.object({}),
  http: { method: "GET", path: "/behind/:kind", unavailableStatus: 502 },
  examples: [],
});

const fixed = defineOp({
  id: "test.fixed",
  intent: "read",
  summary: "Stands at a path that another op's parameter would take too.",
  input: z.object({}),
  output: z.object({ fixed: z.literal(true) }),
  http: { method: "GET", path: "/raise/fixed" },
  examples: [],
});

export const thrownSecret = "sk-live-1234 in /home/somebody";

/** Ops with nothing behind them: what the door hands to each is what it answers. */
export const testOps: readonly ImplementedOp[] = [
  implement(getStatus, ({ conversationId }) => ({ conversationId, isActive: false, status: "idle" })),
  implement(setTitle, ({ conversationId, title }) => ({ conversationId, title })),
  implement(stopConversation, ({ conversationId }) => ({ conversationId, abortedTurn: false })),
  implement(raise, ({ kind, retryAfterMs }) => {
    if (kind === "unknown") throw new TypeError(thrownSecret);
    if (kind === "nothing") throw undefined;
    throw fault(kind as FaultKind, "test/raised", `A fault of kind ${kind}.`, retryAfterMs === undefined ? {} : { data: { retryAfterMs } });
  }),
  implement(behind, ({ kind }) => {
    throw fault(kind as FaultKind, "test/raised", `A fault of kind ${kind}.`);
  }),
  implement(fixed, () => ({ fixed: true as const })),
];

/** Answers when the test says so, and knows whether its caller still waits. */
export function waitingOp() {
  const declared = defineOp({
    id: "test.wait",
    intent: "read",
    summary: "Waits.",
    input: z.object({ name: id }),
    output: z.object({ name: z.string() }),
    http: { method: "GET", path: "/wait/:name" },
    examples: [],
  });
  const called = Promise.withResolvers<void>();
  const callerGone = Promise.withResolvers<void>();
  const answer = Promise.withResolvers<void>();
  const op = implement(declared, async ({ name }, { signal }) => {
    signal.addEventListener("abort", () => callerGone.resolve(), { once: true });
    called.resolve();
    await Promise.race([answer.promise, callerGone.promise]);
    return { name };
  });
  return { op, called: called.promise, callerGone: callerGone.promise, answer: answer.resolve };
}
