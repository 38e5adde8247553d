import type { LanguageModelV4StreamPart } from "@ai-sdk/provider";
import type { ModelFinish, ModelPart } from "@dispatch/kernel";
import { type FailureContext, failureOf, unexplained } from "./failure.ts";
import { keptFor } from "./own-metadata.ts";
import { usageOf } from "./usage.ts";

/**
 * What each part of the specification's stream means to the kernel: nothing, one part, or several in order. Text without metadata is frequent,
 * so it is looked at first and costs one object.
 *
 * Metadata belongs to a block, and may come with its start, any of its deltas or its end; the latest counts. The kernel keeps it for a piece,
 * which neighbouring deltas of one type make up, so a block whose metadata must not reach its neighbour is ended before that begins.
 */
export class PartReader {
  readonly #providerId: string;
  readonly #context: () => FailureContext;
  /** Of a block that has begun and said nothing. */
  #opening: Metadata;
  /** The kernel's piece that more text of this type would join. */
  #open: TextType | undefined;
  #openMetadata: Metadata;

  constructor(providerId: string, context: () => FailureContext) {
    this.#providerId = providerId;
    this.#context = context;
  }

  read(part: LanguageModelV4StreamPart): ModelPart | Several | undefined {
    switch (part.type) {
      case "text-delta":
      case "reasoning-delta":
        return this.#delta(part.type, part.delta, part.providerMetadata);
      case "tool-input-delta":
        return { type: "tool-input-delta", toolCallId: part.id, text: part.delta };
      case "text-start":
        return this.#begin("text-delta", part.providerMetadata);
      case "reasoning-start":
        return this.#begin("reasoning-delta", part.providerMetadata);
      case "text-end":
        return this.#end("text-delta", part.providerMetadata);
      case "reasoning-end":
        return this.#end("reasoning-delta", part.providerMetadata);
      case "tool-call":
        return this.#call(part);
      case "error":
        return failureOf(part.error, this.#context());
      case "finish":
        return ending(part, this.#context);
      default:
        return undefined;
    }
  }

  #delta(type: TextType, text: string, given: Metadata): ModelPart | undefined {
    const metadata = given ?? this.#opening;
    if (metadata === undefined) {
      if (text === "") return undefined;
      if (this.#open !== type) this.#openMetadata = undefined;
      this.#open = type;
      return { type, text };
    }
    if (text === "") return given === undefined ? undefined : this.#close(type, given);
    this.#opening = undefined;
    this.#open = type;
    this.#openMetadata = metadata;
    return { type, text, providerMetadata: keptFor(this.#providerId, metadata) };
  }

  #begin(type: TextType, metadata: Metadata): ModelPart | undefined {
    const before = this.#openMetadata;
    const joins = this.#open === type && (metadata !== undefined || before !== undefined);
    const closing = joins ? this.#close(type, before ?? {}) : undefined;
    this.#opening = metadata;
    return closing;
  }

  #end(type: TextType, given: Metadata): ModelPart | undefined {
    const metadata = given ?? this.#opening;
    return metadata === undefined ? undefined : this.#close(type, metadata);
  }

  /** Signatures come this way; they must find their way back with the text. */
  #close(type: TextType, metadata: object): ModelPart {
    this.#opening = undefined;
    this.#open = undefined;
    this.#openMetadata = undefined;
    return { type, text: "", providerMetadata: keptFor(this.#providerId, metadata) };
  }

  #call({ toolCallId, toolName, input, providerExecuted, providerMetadata }: SdkCallPart): ModelPart | undefined {
    // What the provider has run itself is not ours to run.
    if (providerExecuted === true) return undefined;
    this.#open = undefined;
    this.#openMetadata = undefined;
    const call = { type: "tool-call" as const, toolCallId, toolName, inputText: input };
    return providerMetadata === undefined ? call : { ...call, providerMetadata: keptFor(this.#providerId, providerMetadata) };
  }
}

export type Several = readonly [ModelPart, ...ModelPart[]];

type TextType = "text-delta" | "reasoning-delta";
type SdkCallPart = Extract<LanguageModelV4StreamPart, { type: "tool-call" }>;
type Metadata = { readonly [provider: string]: object } | undefined;

function ending(part: Extract<LanguageModelV4StreamPart, { type: "finish" }>, context: () => FailureContext): Several {
  const usage = usageOf(part.usage);
  const { unified, raw } = part.finishReason;
  const last = unified === "error" || unified === "interrupted" ? unexplained(context()) : finish(unified, raw);
  return usage === undefined ? [last] : [{ type: "usage", usage }, last];
}

const finish = (unified: ModelFinish["unified"], raw: string | undefined): ModelFinish =>
  raw === undefined ? { type: "finish", unified } : { type: "finish", unified, raw };
