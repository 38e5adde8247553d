export { openTraceStore, type TraceStoreOptions } from "./open-trace-store.ts";
export { isDamage, TraceStoreError } from "./sqlite-error.ts";
export type {
  Inserted,
  Pruned,
  PruneLimits,
  RecordFilter,
  SegmentProgress,
  StoredRecord,
  TraceStats,
  TraceStore,
  TurnFilter,
  TurnSummary,
} from "./trace-store.ts";
