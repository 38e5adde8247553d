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
export type { Laws } from "./laws.ts";
