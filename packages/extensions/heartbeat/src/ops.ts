import { type ImplementedOp, implement } from "@dispatch/op-registry/contract";
import { getHeartbeat, getNextHeartbeatRun, listHeartbeatRuns, setHeartbeat, stopHeartbeatRun } from "@dispatch/transport-contract";
import type { Heartbeats } from "./heartbeats.ts";
import type { RunLog } from "./run-log.ts";
import { isoTime } from "./schedule.ts";

export function heartbeatOps(heartbeats: Heartbeats, runs: RunLog): readonly ImplementedOp[] {
  return [
    implement(getHeartbeat, ({ workspaceId }) => heartbeats.config(workspaceId)),
    implement(setHeartbeat, ({ workspaceId, ...fields }) => {
      const given = Object.entries(fields).filter(([, value]) => value !== undefined);
      return heartbeats.change(workspaceId, Object.fromEntries(given));
    }),
    implement(listHeartbeatRuns, async ({ workspaceId }) => ({ runs: await runs.list(workspaceId) })),
    implement(getNextHeartbeatRun, async ({ workspaceId }) => {
      const at = heartbeats.nextRunAt(workspaceId);
      return { nextRunAt: at === null ? null : isoTime(at) };
    }),
    implement(stopHeartbeatRun, async ({ workspaceId, runId }) => {
      await heartbeats.stop(workspaceId, runId);
      return { ok: true as const };
    }),
  ];
}
