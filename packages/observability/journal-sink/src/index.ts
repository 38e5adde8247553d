export type { JournalRecord } from "./record.ts";
