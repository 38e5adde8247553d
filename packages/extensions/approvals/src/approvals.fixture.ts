import { CallTool, defineTool, type Extension, type Host, refuse, type Storage, say } from "@dispatch/kernel";
import { openDesk } from "@dispatch/session-orchestrator/fixture";
import surfaceRegistry from "@dispatch/surface-registry";
import { part, type ScriptedAnswer, testExtension } from "@dispatch/testkit";
import type { Approval } from "@dispatch/wire";
import { z } from "zod";
import { Approvals, QuestionAnswered, QuestionAsked } from "./contract.ts";
import approvals from "./index.ts";

export const call = (id: string, input: { readonly n: number }): ScriptedAnswer => [
  part.call(id, "note", input),
  part.finish("tool-calls"),
];
export const done: ScriptedAnswer = [part.text("Done."), part.finish("stop")];

export interface Watched {
  readonly ran: number[];
  readonly asked: Approval[];
  readonly answered: Approval[];
  host: Host | undefined;
}
export const watched = (): Watched => ({ ran: [], asked: [], answered: [], host: undefined });

const noteTool = (ran: number[]) =>
  defineTool({
    name: "note",
    description: "Notes a number.",
    input: z.object({ n: z.number() }),
    effect: "write",
    timeoutMs: 1_000,
    async run({ n }) {
      ran.push(n);
      return say(`noted ${n}`);
    },
  });

/** Asks before every call, as a policy would. */
const guard = (seen: Watched): Extension =>
  testExtension("guard", {
    dependsOn: ["approvals", "op-registry", "surface-registry"],
    activate(host) {
      seen.host = host;
      host.on(QuestionAsked, (approval) => void seen.asked.push(approval));
      host.on(QuestionAnswered, (approval) => void seen.answered.push(approval));
      host.on(CallTool, async (invocation, next) => {
        const { conversationId, turnId, id: toolCallId, tool, input, signal } = invocation;
        const question = { conversationId, turnId, toolCallId, tool: tool.name, input: input as { n: number } };
        const verdict = await host
          .use(Approvals)
          .ask({ ...question, why: "It writes.", rule: null, diff: null, scopes: ["once", "always"], grants: "All notes." }, signal);
        return verdict.allowed ? next(invocation) : refuse(verdict.reason);
      });
    },
  });

export interface OpenOptions {
  readonly answers: readonly ScriptedAnswer[];
  readonly storage?: Storage;
  readonly timeoutMs?: number;
  readonly seen?: Watched;
  /** False: nothing guards calls. */
  readonly isGuarded?: boolean;
}

/** Real turns with a guard that asks about each call. */
export const openApprovals = ({ answers, storage, timeoutMs, seen = watched(), isGuarded = true }: OpenOptions) =>
  openDesk({
    answers,
    tools: [noteTool(seen.ran)],
    extensions: [surfaceRegistry, approvals, ...(isGuarded ? [guard(seen)] : [])],
    config: { approvals: timeoutMs === undefined ? {} : { timeoutMs } },
    ...(storage === undefined ? {} : { storage }),
  });
