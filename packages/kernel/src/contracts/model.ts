import type { FaultKind, ModelInfo, ReasoningEffort, Usage } from "@dispatch/wire";
import type { Json } from "./json.ts";
import type { Message } from "./message.ts";

/** One model as a stream. It names no SDK. */
export interface Model {
  /** Whom the request goes to, for journals: `<provider>/<model>`. */
  readonly name: string;
  /** What is known of the model without asking; absent is unknown. */
  readonly contextWindow?: number;
  /** Reads images. */
  readonly vision?: boolean;
  /**
   * Never throws: a failure is the last part. Ends after exactly one `error` or `finish`; a stream that ends with neither counts as
   * failed. The consumer may stop early: that ends the request.
   */
  stream(request: ModelRequest, signal: AbortSignal): AsyncIterable<ModelPart>;
}

/** Made by `buildRequest` alone, so that equal inputs give byte-equal prefixes. */
export interface ModelRequest {
  readonly system: string;
  readonly messages: readonly Message[];
  readonly tools: readonly ToolSpec[];
  readonly outputTokensMax?: number;
  readonly reasoningEffort?: ReasoningEffort;
}

export interface ToolSpec {
  readonly name: string;
  readonly description: string;
  /** JSON Schema, draft 2020-12. */
  readonly inputSchema: Json;
}

/** Neighbouring deltas of one type are one piece, which keeps their latest metadata. An empty text that carries some ends its piece, as signatures do. */
export type ModelPart =
  | { readonly type: "text-delta"; readonly text: string; readonly providerMetadata?: Json }
  | { readonly type: "reasoning-delta"; readonly text: string; readonly providerMetadata?: Json }
  | { readonly type: "tool-input-delta"; readonly toolCallId: string; readonly text: string }
  /** `inputText` is what the model wrote, whole or cut: the kernel parses it strictly and never repairs it. */
  | {
      readonly type: "tool-call";
      readonly toolCallId: string;
      readonly toolName: string;
      readonly inputText: string;
      readonly providerMetadata?: Json;
    }
  | { readonly type: "usage"; readonly usage: Usage }
  | ModelError
  | ModelFinish;

export interface ModelError {
  readonly type: "error";
  readonly message: string;
  readonly code: `${string}/${string}`;
  readonly kind: FaultKind;
  /** The provider's own wish (`Retry-After`), in milliseconds from now. */
  readonly retryAfterMs?: number;
}

export interface ModelFinish {
  readonly type: "finish";
  readonly unified: "stop" | "length" | "tool-calls" | "content-filter" | "error" | "other";
  readonly raw?: string;
}

export interface ModelCard extends ModelInfo {
  /** Without the credential: `deepseek-v4-flash`. */
  readonly id: string;
}

export interface Provider {
  readonly id: string;
  /** Faults: `unavailable` when the other side cannot be asked. */
  listModels(signal: AbortSignal): Promise<readonly ModelCard[]>;
  /** Any id gives a model: whether the other side knows it shows when it is asked. */
  model(id: string): Model;
}
