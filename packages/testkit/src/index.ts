export { assertRefused } from "./assert-refused.ts";
export {
  type ChatUsage,
  chatErrorBody,
  contentChunk,
  doneEvent,
  ending,
  errorChunk,
  finishChunk,
  modelList,
  reasoningChunk,
  roleChunk,
  sseEvent,
  type ToolCallPiece,
  textAnswer,
  toolCallAnswer,
  toolCallChunk,
  usageChunk,
  type WholeToolCall,
} from "./chat-completions.ts";
export { type ClockUnderTest, clockLaws } from "./clock-laws.ts";
export { FakeClock } from "./fake-clock.ts";
export { FaultInjector, type Injection, type StorageOperation } from "./fault-injector.ts";
export type { Laws } from "./laws.ts";
export { type MemoryDisk, type MemoryRows, MemoryStorage, MemoryStore } from "./memory-store.ts";
export {
  type Answer,
  type AnswerStep,
  inPieces,
  type ModelScript,
  type ModelServer,
  type ModelServerOptions,
  type ModelServerRequest,
  startModelServer,
} from "./model-server.ts";
export { storageLaws } from "./storage-laws.ts";
export { storeLaws } from "./store-laws.ts";
