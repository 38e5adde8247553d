export { type Difference, firstDifference } from "./compare-lines.ts";
export { eventLines } from "./event-lines.ts";
export { eventsOf, type Played, type PlayPorts, playRecording } from "./play-recording.ts";
export { type Recorder, recordTurn } from "./record-turn.ts";
export type * from "./recording.ts";
export { recordingCharsMax } from "./recording-sheet.ts";
export type { TurnLoop } from "./turn-loop.ts";
