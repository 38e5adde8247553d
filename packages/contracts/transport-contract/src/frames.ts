import type { SurfaceCatalogEntry, SurfaceSpec } from "@dispatch/ui-contract";
import type { AgentEvent, ConversationStatus, ImageInput, ReasoningEffort } from "@dispatch/wire";

/** What a client sends over the WebSocket: one JSON object a text frame. Unknown fields are ignored. */
export type ClientFrame =
  | { readonly type: "subscribe"; readonly surfaceId: string; readonly conversationId?: string }
  | { readonly type: "unsubscribe"; readonly surfaceId: string; readonly conversationId?: string }
  | {
      readonly type: "invoke";
      readonly surfaceId: string;
      readonly actionId: string;
      readonly payload?: unknown;
      readonly conversationId?: string;
    }
  | ChatSendFrame
  | { readonly type: "chat.subscribe"; readonly conversationId: string }
  | { readonly type: "chat.unsubscribe"; readonly conversationId: string }
  | { readonly type: "chat.queue"; readonly conversationId: string; readonly text: string; readonly workspaceId?: string }
  | { readonly type: "chat.queue.cancel"; readonly conversationId: string; readonly messageId: string };

/** The fields of a chat request. Sent without `conversationId`, the server's choice is learned from the events. */
export interface ChatSendFrame {
  readonly type: "chat.send";
  readonly message: string;
  readonly conversationId?: string;
  readonly model?: string;
  readonly cwd?: string;
  readonly computerId?: string;
  readonly reasoningEffort?: ReasoningEffort;
  readonly workspaceId?: string;
  readonly images?: readonly ImageInput[];
}

/** What a server sends. Clients drop a frame whose `type` they do not know. */
export type ServerFrame =
  /** The first frame, and again whenever it changes. */
  | { readonly type: "catalog"; readonly catalog: readonly SurfaceCatalogEntry[] }
  /** Answers `subscribe`, echoing its conversation id. */
  | { readonly type: "surface"; readonly spec: SurfaceSpec; readonly conversationId?: string }
  | { readonly type: "update"; readonly update: SurfaceUpdate }
  /** Sticky in clients: never sent in answer to a valid frame. */
  | { readonly type: "error"; readonly message: string; readonly surfaceId?: string }
  | { readonly type: "chat.delta"; readonly event: AgentEvent }
  | { readonly type: "chat.error"; readonly message: string; readonly conversationId?: string }
  | { readonly type: "conversation.open"; readonly conversationId: string; readonly workspaceId: string }
  | {
      readonly type: "conversation.statusChanged";
      readonly conversationId: string;
      readonly status: ConversationStatus;
      readonly workspaceId: string;
    }
  | {
      readonly type: "conversation.compacted";
      readonly conversationId: string;
      readonly newConversationId: string;
      readonly messagesSummarized: number;
      readonly messagesKept: number;
    };

/** The whole new spec, never a difference. */
export interface SurfaceUpdate {
  readonly surfaceId: string;
  readonly spec: SurfaceSpec;
  readonly conversationId?: string;
}
