import type { LanguageModelV4FilePart, LanguageModelV4Message, LanguageModelV4Prompt, LanguageModelV4TextPart } from "@ai-sdk/provider";
import type { Json, Message, MessagePart } from "@dispatch/kernel";
import type { ImageChunk, ToolCallChunk } from "@dispatch/wire";

type UserPart = LanguageModelV4TextPart | LanguageModelV4FilePart;
type AssistantMessage = Extract<LanguageModelV4Message, { role: "assistant" }>;
type AssistantPart = AssistantMessage["content"][number];
type ProviderOptions = NonNullable<LanguageModelV4TextPart["providerOptions"]>;

/**
 * The request's messages as the specification wants them. What a model must not or cannot read is left out: error chunks, and messages that
 * are empty without them. Each message is translated once in its life, so that a long conversation costs a lookup a message.
 */
export function promptOf(system: string, messages: readonly Message[]): LanguageModelV4Prompt {
  const prompt: LanguageModelV4Prompt = system === "" ? [] : [{ role: "system", content: system }];
  for (const message of messages) {
    const translated = translate(message);
    if (translated !== undefined) prompt.push(translated);
  }
  return prompt;
}

const translations = new WeakMap<Message, LanguageModelV4Message | typeof nothing>();
const nothing = Symbol("nothing a model reads");

function translate(message: Message): LanguageModelV4Message | undefined {
  const known = translations.get(message);
  if (known !== undefined) return known === nothing ? undefined : known;
  const translated = translateAnew(message);
  translations.set(message, translated ?? nothing);
  return translated;
}

function translateAnew({ role, parts }: Message): LanguageModelV4Message | undefined {
  switch (role) {
    case "system": {
      const content = parts.map(textOf).filter(isGiven).join("\n\n");
      return content === "" ? undefined : { role, content };
    }
    case "user":
      return filled({ role, content: parts.map(userPart).filter(isGiven) });
    case "assistant":
      return filled({ role, content: parts.map(assistantPart).filter(isGiven) });
    case "tool":
      return filled({ role, content: parts.map(toolPart).filter(isGiven) });
  }
}

const filled = <M extends { readonly content: readonly unknown[] }>(message: M): M | undefined =>
  message.content.length === 0 ? undefined : message;

function userPart({ chunk, providerMetadata }: MessagePart): UserPart | undefined {
  if (chunk.type === "image") return { ...imagePart(chunk), ...optionsOf(providerMetadata) };
  const text = textOf({ chunk });
  return text === undefined ? undefined : { type: "text", text, ...optionsOf(providerMetadata) };
}

function assistantPart({ chunk, providerMetadata }: MessagePart): AssistantPart | undefined {
  const options = optionsOf(providerMetadata);
  switch (chunk.type) {
    case "text":
    case "system":
      return chunk.text === "" ? undefined : { type: "text", text: chunk.text, ...options };
    case "thinking":
      return { type: "reasoning", text: chunk.text, ...options };
    case "tool-call":
      return { type: "tool-call", toolCallId: chunk.toolCallId, toolName: chunk.toolName, input: inputOf(chunk), ...options };
    default:
      return undefined;
  }
}

function toolPart({ chunk, providerMetadata }: MessagePart) {
  if (chunk.type !== "tool-result") return undefined;
  const { toolCallId, toolName, content: value, isError } = chunk;
  const output = isError ? ({ type: "error-text", value } as const) : ({ type: "text", value } as const);
  return { type: "tool-result" as const, toolCallId, toolName, output, ...optionsOf(providerMetadata) };
}

const textOf = ({ chunk }: MessagePart): string | undefined => {
  if (chunk.type !== "text" && chunk.type !== "system") return undefined;
  return chunk.text === "" ? undefined : chunk.text;
};

// Providers want an object; what the model wrote instead was not JSON and is told by the call's error result.
const inputOf = ({ input }: ToolCallChunk): unknown => (typeof input === "object" && input !== null ? input : {});

const dataUrl = /^data:([^;,]+)?(?:;[^;,]+)*;base64,(.*)$/s;

function imagePart({ url, mimeType }: ImageChunk): UserPart {
  const inline = dataUrl.exec(url);
  if (inline !== null) {
    return { type: "file", mediaType: mimeType ?? inline[1] ?? "image/png", data: { type: "data", data: inline[2] ?? "" } };
  }
  const address = URL.parse(url);
  if (address === null) return { type: "text", text: `[An image that only this server can read: ${url}]` };
  return { type: "file", mediaType: mimeType ?? "image/*", data: { type: "url", url: address } };
}

function optionsOf(metadata: Json | undefined): { readonly providerOptions?: ProviderOptions } {
  if (metadata === undefined || metadata === null || typeof metadata !== "object" || Array.isArray(metadata)) return {};
  return { providerOptions: metadata as ProviderOptions };
}

const isGiven = <T>(value: T | undefined): value is T => value !== undefined;
