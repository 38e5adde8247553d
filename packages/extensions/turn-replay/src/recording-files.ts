import { eventLines } from "@dispatch/trace-replay";
import { requireWhole } from "./replay.ts";
import type { RecordedTurn } from "./traces.ts";

/** A recorded turn as files for a test: what its loop was given, and the events that came out. */
export function recordingFiles({
  turnId,
  modelName,
  recordings,
}: RecordedTurn): readonly { readonly name: string; readonly text: string }[] {
  requireWhole(turnId, recordings);
  const recording = { v: 1, turnId, ...(modelName === undefined ? {} : { modelName }), recordings };
  const events = recordings.flatMap(eventLines);
  return [
    { name: "recording.json", text: `${JSON.stringify(recording, null, 2)}\n` },
    { name: "events.ndjson", text: events.map((line) => `${line}\n`).join("") },
  ];
}
