import { z } from "zod";
import { modelNameCharsMax, templateCharsMax } from "../limits.ts";
import { defineOp } from "../op.ts";
import { reasoningEffort } from "../schemas/conversation.ts";
import { heartbeatConfig, heartbeatDefaults, heartbeatRun } from "../schemas/heartbeat.ts";
import { id, workspaceSlug } from "../schemas/id.ts";
import { listOf } from "../schemas/list-of.ts";

const minutesMax = 366 * 24 * 60;

const byId = z.object({ workspaceId: id });

export const getHeartbeat = defineOp({
  id: "heartbeat.get",
  intent: "read",
  summary: "When a workspace begins turns by itself, and with what.",
  input: byId,
  output: heartbeatConfig,
  http: { method: "GET", path: "/workspaces/:workspaceId/heartbeat" },
  examples: [{ input: { workspaceId: "home" }, output: heartbeatDefaults }],
});

export const setHeartbeat = defineOp({
  id: "heartbeat.set",
  intent: "write",
  summary: "Changes the fields given of a workspace's heartbeat. It is enabled only with a task.",
  input: z.object({
    workspaceId: workspaceSlug,
    enabled: z.boolean().optional(),
    systemPrompt: z.string().max(templateCharsMax).optional().describe("Stands in front of the system prompt of the turns' conversations."),
    taskPrompt: z.string().max(templateCharsMax).optional().describe("The message of each turn."),
    intervalMinutes: z
      .number()
      .max(minutesMax)
      .transform((minutes) => Math.max(1, Math.trunc(minutes)))
      .optional()
      .describe("Cut to a whole number, at least 1."),
    model: z.string().max(modelNameCharsMax).optional().describe("`<credential>/<model>`; empty for the default."),
    reasoningEffort: reasoningEffort.nullable().optional(),
  }),
  output: heartbeatConfig,
  http: { method: "PUT", path: "/workspaces/:workspaceId/heartbeat" },
  examples: [
    {
      input: { workspaceId: "home", enabled: true, taskPrompt: "Look for new mail.", intervalMinutes: 90.5 },
      output: { ...heartbeatDefaults, enabled: true, taskPrompt: "Look for new mail.", intervalMinutes: 90 },
    },
    { input: { workspaceId: "home" }, output: heartbeatDefaults },
  ],
});

export const listHeartbeatRuns = defineOp({
  id: "heartbeat.runs",
  intent: "read",
  summary: "The turns that a workspace began by itself, newest first.",
  input: byId,
  output: z.object({ runs: listOf(heartbeatRun) }),
  http: { method: "GET", path: "/workspaces/:workspaceId/heartbeat/runs" },
  examples: [{ input: { workspaceId: "home" }, output: { runs: [] } }],
});

export const getNextHeartbeatRun = defineOp({
  id: "heartbeat.next-run",
  intent: "read",
  summary: "When a workspace begins its next turn by itself.",
  input: byId,
  output: z.object({ nextRunAt: z.string().nullable().describe("ISO 8601, in UTC; null while it is not enabled.") }),
  http: { method: "GET", path: "/workspaces/:workspaceId/heartbeat/next-run" },
  examples: [{ input: { workspaceId: "home" }, output: { nextRunAt: null } }],
});

export const stopHeartbeatRun = defineOp({
  id: "heartbeat.stop-run",
  intent: "write",
  summary: "Ends the turn of one run; of one that has ended it changes nothing.",
  input: byId.extend({ runId: id }),
  output: z.object({ ok: z.literal(true) }),
  http: { method: "POST", path: "/workspaces/:workspaceId/heartbeat/runs/:runId/stop", bodyOptional: true },
  examples: [],
});
