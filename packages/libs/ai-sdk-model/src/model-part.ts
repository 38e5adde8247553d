import type { LanguageModelV4StreamPart } from "@ai-sdk/provider";
import type { Json, ModelFinish, ModelPart } from "@dispatch/kernel";
import { type FailureContext, failureOf, unexplained } from "./failure.ts";
import { usageOf } from "./usage.ts";

/**
 * What one part of the specification's stream means to the kernel: nothing, one part, or several in order. Text alone is frequent, so it is
 * looked at first and costs one object.
 */
export function modelParts(part: LanguageModelV4StreamPart, context: () => FailureContext): ModelPart | Several | undefined {
  switch (part.type) {
    case "text-delta":
      return part.delta === "" && part.providerMetadata === undefined
        ? undefined
        : textDelta("text-delta", part.delta, part.providerMetadata);
    case "reasoning-delta":
      return part.delta === "" && part.providerMetadata === undefined
        ? undefined
        : textDelta("reasoning-delta", part.delta, part.providerMetadata);
    case "tool-input-delta":
      return { type: "tool-input-delta", toolCallId: part.id, text: part.delta };
    case "text-start":
    case "text-end":
      return part.providerMetadata === undefined ? undefined : textDelta("text-delta", "", part.providerMetadata);
    // Signatures of reasoning come at its start or its end; they must find their way back with the text.
    case "reasoning-start":
    case "reasoning-end":
      return part.providerMetadata === undefined ? undefined : textDelta("reasoning-delta", "", part.providerMetadata);
    case "tool-call":
      // What the provider has run itself is not ours to run.
      if (part.providerExecuted === true) return undefined;
      return {
        type: "tool-call",
        toolCallId: part.toolCallId,
        toolName: part.toolName,
        inputText: part.input,
        ...metadataOf(part.providerMetadata),
      };
    case "error":
      return failureOf(part.error, context());
    case "finish":
      return ending(part, context);
    default:
      return undefined;
  }
}

export type Several = readonly [ModelPart, ...ModelPart[]];

function ending(part: Extract<LanguageModelV4StreamPart, { type: "finish" }>, context: () => FailureContext): Several {
  const usage = usageOf(part.usage);
  const { unified, raw } = part.finishReason;
  const last = unified === "error" || unified === "interrupted" ? unexplained(context()) : finish(unified, raw);
  return usage === undefined ? [last] : [{ type: "usage", usage }, last];
}

const finish = (unified: ModelFinish["unified"], raw: string | undefined): ModelFinish =>
  raw === undefined ? { type: "finish", unified } : { type: "finish", unified, raw };

const textDelta = (type: "text-delta" | "reasoning-delta", text: string, metadata: Metadata): ModelPart =>
  metadata === undefined ? { type, text } : { type, text, ...metadataOf(metadata) };

type Metadata = { readonly [provider: string]: object } | undefined;
const metadataOf = (metadata: Metadata): { readonly providerMetadata?: Json } =>
  metadata === undefined ? {} : { providerMetadata: metadata as Json };
