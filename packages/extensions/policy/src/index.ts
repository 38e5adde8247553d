import { Approvals, CallDiffs } from "@dispatch/approvals/contract";
import { ConversationLog } from "@dispatch/conversation-store/contract";
import { DoctorChecks } from "@dispatch/doctor/contract";
import { CallTool, defineExtension, Tools } from "@dispatch/kernel";
import { Ops } from "@dispatch/op-registry/contract";
import { Sandbox, ShapeConfinement } from "@dispatch/sandbox/contract";
import { ConversationKeepers, Conversations, RecordChanged, TurnSealed } from "@dispatch/session-orchestrator/contract";
import { Workspaces } from "@dispatch/workspace-local/contract";
import { FolderTrust } from "@dispatch/workspace-trust/contract";
import { type Config, config } from "./config.ts";
import { policyCheck } from "./doctor-check.ts";
import { Guard } from "./guard.ts";
import { policyOps } from "./ops.ts";
import { PolicyBook } from "./policy-book.ts";
import { Taints } from "./taints.ts";

/** Says of every tool call whether it is made, asked about or refused, and how far its processes may reach. */
export default defineExtension<Config>({
  id: "policy",
  version: "1.0.0",
  apiVersion: "1",
  tier: "standard",
  dependsOn: [
    "op-registry",
    "conversation-store",
    "session-orchestrator",
    "workspace-local",
    "approvals",
    "sandbox",
    "workspace-trust",
    "doctor",
  ],
  capabilities: [],
  config,
  activate(host) {
    const log = host.use(ConversationLog);
    const conversations = host.use(Conversations);
    const workspaces = host.use(Workspaces);
    const sandbox = host.use(Sandbox);
    const trust = host.use(FolderTrust);
    const workspaceOf = async (conversationId: string) => (await log.record(conversationId))?.workspaceId;
    /** `null`: nothing in it names programs. */
    const trusts = async (folder: string) => {
      const { state, files } = await trust.files(folder);
      return state === "trusted" || (files.length === 0 ? null : false);
    };
    const book = new PolicyBook({ store: host.store, clock: host.clock, defaults: host.config, workspaceOf });
    const taints = new Taints(log);
    const guard = new Guard({
      book,
      taints,
      approvals: host.use(Approvals),
      diffs: host.use(CallDiffs),
      sandbox,
      journal: host.log,
      trusts,
      workspaceOf,
    });
    host.on(CallTool, (call, next) => guard.call(call, next));
    host.on(ShapeConfinement, (comes, context) => guard.shape(comes, context));
    host.on(TurnSealed, ({ conversationId, metrics }) => taints.forget(conversationId, metrics.turnId));
    host.on(RecordChanged, ({ conversationId }) => book.changed(conversationId));
    host.contribute(ConversationKeepers, { name: "rules about tools", forget: (conversationId) => book.forget(conversationId) });
    host.contribute(
      DoctorChecks,
      policyCheck(book, () => sandbox.state()),
    );
    const ops = policyOps({
      book,
      guard,
      tool: (name) => host.gather(Tools).find((tool) => tool.name === name),
      workspace: async (conversationId) => workspaces.open(conversationId, await conversations.folder(conversationId)),
      sandbox: () => sandbox.state(),
      trusted: async (conversationId) => trusts(await conversations.folder(conversationId)),
    });
    for (const op of ops) host.contribute(Ops, op);
  },
});
