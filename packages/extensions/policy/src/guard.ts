import type { Approvals, CallDiffs } from "@dispatch/approvals/contract";
import { asFault, Fault, type Json, type Log, refuse, type ToolInvocation, type ToolResult } from "@dispatch/kernel";
import type { Confinement, ConfinementContext, Sandbox } from "@dispatch/sandbox/contract";
import { saidIn } from "./commands.ts";
import { type JudgedCall, type Judgement, type JudgeState, judge } from "./judge.ts";
import { consequenceOf, narrowRules } from "./narrow-rules.ts";
import { defaultWorkspaceId, type Policy, type PolicyBook, type PolicyScope } from "./policy-book.ts";
import { reachOf, webTools } from "./reach.ts";
import type { Taints } from "./taints.ts";

export interface GuardPorts {
  readonly book: PolicyBook;
  readonly taints: Taints;
  readonly approvals: Pick<Approvals, "ask">;
  readonly diffs: CallDiffs;
  readonly sandbox: Pick<Sandbox, "state">;
  readonly journal: Log;
  trusts(folder: string): Promise<boolean | null>;
  workspaceOf(conversationId: string): Promise<string | undefined>;
}

type CheckedCall = Pick<ToolInvocation, "tool" | "input" | "workspace" | "conversationId">;
interface Verdict {
  readonly call: JudgedCall;
  readonly state: JudgeState;
  readonly judgement: Judgement;
}

/** Judges each tool call before it is made, and says how far its processes may reach. */
export class Guard {
  readonly #ports: GuardPorts;
  /** What calls were allowed beyond their mode, while they are made. */
  readonly #granted = new Map<string, (comes: Confinement) => Confinement>();
  #isSandboxed: boolean | undefined;

  constructor(ports: GuardPorts) {
    this.#ports = ports;
  }

  /** Does not wait where nothing is to be looked up. */
  async call(call: ToolInvocation, next: (call: ToolInvocation) => Promise<ToolResult>): Promise<ToolResult> {
    const tainted = this.#ports.taints.isTainted(call.conversationId, call.turnId);
    const verdict = await this.#judge(call, typeof tainted === "boolean" ? tainted : await tainted);
    const { judgement } = verdict;
    if (judgement.decision !== "allow" || judgement.isOutside) this.#record(call, judgement);
    if (judgement.decision === "deny") return refused(judgement);
    if (judgement.decision === "ask") {
      const answer = await this.#ask(call, verdict);
      if (answer !== undefined) return answer;
    }
    return this.#made(call, verdict, next);
  }

  /** What would become of a call in a turn that has read nothing from the web. */
  async check(call: CheckedCall): Promise<Judgement> {
    return (await this.#judge(call, false)).judgement;
  }

  /** For processes of a call that was made: never more than the call was allowed. */
  async shape(comes: Confinement, { conversationId, toolCallId }: ConfinementContext): Promise<Confinement> {
    const granted = this.#granted.get(keyOf(conversationId, toolCallId));
    if (granted !== undefined) return granted(comes);
    const { mode } = await this.#ports.book.of(conversationId);
    return inMode(mode, comes);
  }

  async #judge({ tool, input, workspace, conversationId }: CheckedCall, isTainted: boolean): Promise<Verdict> {
    const { book } = this.#ports;
    const policy = book.known(conversationId) ?? (await book.of(conversationId));
    this.#isSandboxed ??= (await this.#ports.sandbox.state()).available;
    const reach = reachOf(tool, input, workspace.root);
    const state: JudgeState = { ...policy, isSandboxed: this.#isSandboxed, isTainted, isTrusted: null };
    const plain: JudgedCall = { tool: tool.name, reach, root: workspace.root };
    const call = needsMore(plain, policy, isTainted) ? await this.#lookUp(plain, workspace, conversationId) : plain;
    const judgement = judge(call, state);
    if (!judgement.isOutside || reach.kind !== "command") return { call, state, judgement };
    // Only what leaves the mode depends on it.
    const trusting = { ...state, isTrusted: await this.#ports.trusts(workspace.root) };
    return { call, state: trusting, judgement: judge(call, trusting) };
  }

  async #lookUp(call: JudgedCall, workspace: ToolInvocation["workspace"], conversationId: string): Promise<JudgedCall> {
    const { reach } = call;
    if (reach.kind === "read" || reach.kind === "write") {
      // What cannot be a path is the tool's to refuse.
      const realPath = await workspace
        .resolve(reach.path)
        .catch((thrown: unknown) => (Fault.is(thrown) ? undefined : Promise.reject(thrown)));
      const { realPath: _, ...rest } = call;
      return realPath === undefined ? rest : { ...rest, realPath };
    }
    if (reach.kind !== "web" || reach.url === undefined) return call;
    return { ...call, isComposed: !(await this.#ports.taints.isKnownAddress(conversationId, reach.url)) };
  }

  async #ask(call: ToolInvocation, { call: judged, state, judgement }: Verdict): Promise<ToolResult | undefined> {
    const { approvals, diffs } = this.#ports;
    const rules = judgement.isLasting ? narrowRules(judged, state.isSandboxed) : undefined;
    const { conversationId, turnId, id: toolCallId, tool, signal } = call;
    const answer = await approvals.ask(
      {
        conversationId,
        turnId,
        toolCallId,
        tool: tool.name,
        input: call.input as Json,
        why: judgement.reason,
        rule: judgement.rule,
        diff: judged.reach.kind === "write" ? await diffs.of(call) : null,
        scopes: rules === undefined ? ["once"] : ["once", "conversation", "workspace", "always"],
        grants: consequenceOf(rules),
      },
      signal,
    );
    if (!answer.allowed) return refuse(answer.reason, { code: "policy/denied", rule: judgement.rule });
    if (judged.realPath !== undefined) {
      const now = await this.#lookUp(judged, call.workspace, conversationId);
      if (now.realPath !== judged.realPath) return refuse(movedText, { code: "policy/moved" });
    }
    if (answer.scope !== "once" && rules !== undefined) await this.#remember(call, answer.scope, rules, answer.by);
    return undefined;
  }

  /** A rule that cannot be kept takes nothing from the yes to this call. */
  async #remember(call: ToolInvocation, scope: PolicyScope, rules: Parameters<PolicyBook["add"]>[2], by: string): Promise<void> {
    const { book, journal, workspaceOf } = this.#ports;
    try {
      const id =
        scope === "always"
          ? ""
          : scope === "conversation"
            ? call.conversationId
            : ((await workspaceOf(call.conversationId)) ?? defaultWorkspaceId);
      await book.add(scope, id, rules, by);
    } catch (thrown) {
      const { code, message } = asFault(thrown);
      journal.warn("policy-rule-not-kept", { code, error: message, scope }, call);
    }
  }

  async #made(call: ToolInvocation, verdict: Verdict, next: (call: ToolInvocation) => Promise<ToolResult>): Promise<ToolResult> {
    const { conversationId, turnId, id, tool } = call;
    const grant = grantOf(verdict);
    const key = keyOf(conversationId, id);
    if (grant !== undefined) this.#granted.set(key, grant);
    try {
      const result = await next(call);
      if (isOfTheWeb(tool.name, verdict, result)) this.#ports.taints.taint(conversationId, turnId);
      return result;
    } finally {
      if (grant !== undefined) this.#granted.delete(key);
    }
  }

  #record({ conversationId, turnId, tool, id }: ToolInvocation, { decision, reason, rule }: Judgement): void {
    this.#ports.journal.info("policy", { decision, tool: tool.name, toolCallId: id, reason, rule }, { conversationId, turnId });
  }
}

const movedText =
  "This was not done: while it waited for an answer, the path came to lead somewhere else. Look where it leads now, then call again.";
const keyOf = (conversationId: string, toolCallId: string): string => `${conversationId} ${toolCallId}`;

function inMode(mode: Policy["mode"], comes: Confinement): Confinement {
  if (mode === "full") return { kind: "free" };
  return mode === "read-only" && comes.kind === "confined" ? { ...comes, writable: [] } : comes;
}

/** Absent: as the mode has it. */
function grantOf({ call: { reach }, state: { mode, isSandboxed }, judgement }: Verdict): ((comes: Confinement) => Confinement) | undefined {
  if (reach.kind !== "command" || mode === "full" || !judgement.isOutside) return undefined;
  if (!isSandboxed || reach.wants === "everything") return () => ({ kind: "free" });
  if (reach.wants === undefined) return undefined;
  return (comes) => {
    const shaped = inMode(mode, comes);
    return shaped.kind === "confined" ? { ...shaped, network: true } : shaped;
  };
}

/** Reads in reach without rules about paths, and addresses of turns that are not tainted, need nothing looked up. */
function needsMore({ reach }: JudgedCall, { mode, rules }: Policy, isTainted: boolean): boolean {
  if (reach.kind === "web") return isTainted && mode !== "full";
  if (reach.kind === "write") return mode === "workspace-write" || rules.length > 0;
  return reach.kind === "read" && rules.some(({ path }) => path !== undefined);
}

/** A command that may reach the network, and says an address or a program that is there to load from one, may have brought anything. */
function isOfTheWeb(tool: string, { call: { reach }, state, judgement }: Verdict, { details }: ToolResult): boolean {
  if (webTools.includes(tool)) return true;
  if (typeof details === "object" && details !== null && "source" in details && details.source === "web") return true;
  if (reach.kind !== "command" || (state.mode !== "full" && !judgement.isOutside)) return false;
  return saidIn(reach.script).some((said) => /^(curl|wget)$|^\w+:\/\//.test(said));
}

const refused = ({ reason, rule }: Judgement): ToolResult =>
  refuse(
    `This was not done: it is not permitted. ${reason} Do not try to get it done another way; go on without it, or tell the person what you need.`,
    {
      code: "policy/denied",
      rule,
    },
  );
