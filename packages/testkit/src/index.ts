export {
  type MessagesUsage,
  messageEnd,
  messageStart,
  messagesAnswer,
  messagesError,
  messagesErrorBody,
  messagesList,
  redactedBlock,
  textBlock,
  thinkingBlock,
  toolUseBlock,
} from "./anthropic-messages.ts";
export { assertRefused } from "./assert-refused.ts";
export { bootOptions, testExtension } from "./boot-options.ts";
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
export { countedIds } from "./counted-ids.ts";
export { exchange, message, modelRequest, textPart } from "./exchange.ts";
export { type ExtensionUnderTest, extensionLaws } from "./extension-laws.ts";
export { FakeClock } from "./fake-clock.ts";
export { FaultInjector, type Injection, type StorageOperation } from "./fault-injector.ts";
export { Gate } from "./gate.ts";
export {
  type ContentUsage,
  contentAnswer,
  contentEnd,
  contentError,
  contentErrorBody,
  contentList,
  contentPart,
} from "./gemini-content.ts";
export { type HttpProviderOptions, type HttpProviderUnderTest, httpProviderLaws } from "./http-provider-laws.ts";
export type { Laws } from "./laws.ts";
export { type MemoryDisk, type MemoryRows, MemoryStorage, MemoryStore } from "./memory-store.ts";
export { MemoryWorkspace } from "./memory-workspace.ts";
export { type ModelUnderTest, modelLaws } from "./model-laws.ts";
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
export {
  callItem,
  messageItem,
  type ResponsesUsage,
  reasoningItem,
  responseEnd,
  responseStart,
  responsesAnswer,
  responsesError,
} from "./openai-responses.ts";
export { type ProviderUnderTest, providerLaws } from "./provider-laws.ts";
export { type LogLine, type RecordedSpan, RecordingLog } from "./recording-log.ts";
export { part, type ScriptedAnswer, type ScriptedLine, ScriptedModel } from "./scripted-model.ts";
export { type SettingsUnderTest, settingStoreLaws } from "./setting-store-laws.ts";
export { type SpyExtension, spyOn } from "./spy-extension.ts";
export { storageLaws } from "./storage-laws.ts";
export { storeLaws } from "./store-laws.ts";
export { type SurfaceUnderTest, surfaceLaws } from "./surface-laws.ts";
export { type ToolUnderTest, toolCall, toolLaws } from "./tool-laws.ts";
export { until } from "./until.ts";
export { type WorkspaceUnderTest, workspaceLaws } from "./workspace-laws.ts";
