import { fault, type Tool, type Workspace } from "@dispatch/kernel";
import { type ImplementedOp, implement } from "@dispatch/op-registry/contract";
import type { SandboxState } from "@dispatch/sandbox/contract";
import {
  checkPolicy,
  getPolicy,
  getServerPolicy,
  getWorkspacePolicy,
  setPolicy,
  setServerPolicy,
  setWorkspacePolicy,
} from "@dispatch/transport-contract";
import type { Guard } from "./guard.ts";
import type { PolicyBook } from "./policy-book.ts";

export interface PolicyOpsPorts {
  readonly book: PolicyBook;
  readonly guard: Pick<Guard, "check">;
  tool(name: string): Tool | undefined;
  /** Where the conversation's next turn would work. */
  workspace(conversationId: string): Promise<Workspace>;
  sandbox(): Promise<SandboxState>;
  /** Of the folder where its next turn would work; `null`: nobody knows. */
  trusted(conversationId: string): Promise<boolean | null>;
}

export function policyOps({ book, guard, tool, workspace, sandbox, trusted }: PolicyOpsPorts): readonly ImplementedOp[] {
  const effective = async (conversationId: string) => {
    const [{ mode, approval, rules }, state, isTrusted] = await Promise.all([book.of(conversationId), sandbox(), trusted(conversationId)]);
    const inOrder = (["deny", "ask", "allow"] as const).flatMap((effect) => rules.filter(({ rule }) => rule.effect === effect));
    const available = state.available ? { available: true } : { available: false, reason: `${state.reason} ${state.hint}` };
    return { conversationId, mode, approval, rules: inOrder.map(({ rule }) => rule), sandbox: available, trusted: isTrusted };
  };
  const ofWorkspace = async (workspaceId: string) => ({ workspaceId, ...(await book.own("workspace", workspaceId)) });
  return [
    implement(getPolicy, ({ conversationId }) => effective(conversationId)),
    implement(setPolicy, async ({ conversationId, ...change }, { caller }) => {
      await book.set("conversation", conversationId, change, caller.name);
      return effective(conversationId);
    }),
    implement(checkPolicy, async ({ conversationId, tool: name, input }) => {
      const found = tool(name) ?? unknownTool(name);
      const { decision, reason, rule } = await guard.check({
        conversationId,
        tool: found,
        input,
        workspace: await workspace(conversationId),
      });
      return { decision, reason, rule };
    }),
    implement(getServerPolicy, () => book.server()),
    implement(setServerPolicy, async (change, { caller }) => {
      await book.set("always", "", change, caller.name);
      return book.server();
    }),
    implement(getWorkspacePolicy, ({ workspaceId }) => ofWorkspace(workspaceId)),
    implement(setWorkspacePolicy, async ({ workspaceId, ...change }, { caller }) => {
      await book.set("workspace", workspaceId, change, caller.name);
      return ofWorkspace(workspaceId);
    }),
  ];
}

function unknownTool(name: string): never {
  throw fault("missing", "policy/unknown-tool", `There is no tool ${JSON.stringify(name)}. Name one that the server has.`, {
    data: { tool: name },
  });
}
