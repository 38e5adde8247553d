import type { Op } from "./op.ts";
import * as actions from "./ops/actions.ts";
import * as approvals from "./ops/approvals.ts";
import { listAudit } from "./ops/audit.ts";
import * as backup from "./ops/backup.ts";
import * as compaction from "./ops/compaction.ts";
import * as computers from "./ops/computers.ts";
import * as concurrency from "./ops/concurrency.ts";
import * as conversations from "./ops/conversations.ts";
import * as doctor from "./ops/doctor.ts";
import { exportConversation } from "./ops/export.ts";
import * as heartbeat from "./ops/heartbeat.ts";
import * as localServers from "./ops/local-servers.ts";
import * as lsp from "./ops/lsp.ts";
import * as policy from "./ops/policy.ts";
import * as retention from "./ops/retention.ts";
import * as search from "./ops/search.ts";
import * as server from "./ops/server.ts";
import * as settings from "./ops/settings.ts";
import * as systemPrompt from "./ops/system-prompt.ts";
import * as thinking from "./ops/thinking.ts";
import { getThroughput, getUsage } from "./ops/throughput.ts";
import { createToken, listTokens, revokeToken } from "./ops/tokens.ts";
import { diffTraces, listTraces, showTrace, traceBody, tracePrompt } from "./ops/trace-view.ts";
import * as traces from "./ops/traces.ts";
import * as trust from "./ops/trust.ts";
import * as vision from "./ops/vision.ts";
import * as warming from "./ops/warming.ts";
import * as workspaces from "./ops/workspaces.ts";

/** Every operation that is declared, whoever implements it. */
export const allOps: readonly Op[] = [
  server,
  conversations,
  settings,
  actions,
  compaction,
  concurrency,
  localServers,
  lsp,
  computers,
  heartbeat,
  systemPrompt,
  search,
  thinking,
  { getThroughput, getUsage },
  vision,
  warming,
  workspaces,
  doctor,
  backup,
  { exportConversation },
  retention,
  policy,
  traces,
  { listTraces, showTrace, traceBody, tracePrompt, diffTraces },
  approvals,
  trust,
  { listTokens, createToken, revokeToken },
  { listAudit },
].flatMap((area) => Object.values(area) as unknown as Op[]);
