import type { ModelCatalog } from "@dispatch/credential-store/contract";
import type { Clock } from "@dispatch/kernel";
import { replayLive } from "./live-replay.ts";
import { offline } from "./offline.ts";
import { withTurn } from "./traces.ts";

export interface ReplayPorts {
  /** Of the trace database. */
  readonly path: string;
  readonly catalog: ModelCatalog;
  readonly clock: Clock;
  newId(): string;
}

export const recordingOf = ({ path }: ReplayPorts, turnId: string) => offline.recording(path, turnId);

export const replayOf = ({ path, catalog, clock, newId }: ReplayPorts, turnId: string, liveModel: boolean, signal: AbortSignal) =>
  liveModel
    ? withTurn(path, turnId, (turn) => replayLive(turn, { model: catalog.resolve(turn.modelName).model, clock, newId, signal }))
    : offline.replay(path, turnId, signal);
