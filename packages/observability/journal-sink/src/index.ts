export { errorAttributes } from "./entry.ts";
export type { Histogram } from "./histogram.ts";
export { type Journal, type JournalOptions, type JournalStats, openJournal, waitingBytesMax } from "./journal.ts";
export { segmentsMax } from "./rotation.ts";
export { teeLog } from "./tee-log.ts";
