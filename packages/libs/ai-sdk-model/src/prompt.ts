import type { LanguageModelV4FilePart, LanguageModelV4Message, LanguageModelV4Prompt, LanguageModelV4TextPart } from "@ai-sdk/provider";
import type { Json, Message, MessagePart } from "@dispatch/kernel";
import type { ImageChunk, ToolCallChunk } from "@dispatch/wire";
import { givenBy } from "./own-metadata.ts";

type UserPart = LanguageModelV4TextPart | LanguageModelV4FilePart;
type AssistantMessage = Extract<LanguageModelV4Message, { role: "assistant" }>;
type AssistantPart = AssistantMessage["content"][number];
type ProviderOptions = NonNullable<LanguageModelV4TextPart["providerOptions"]>;

/**
 * The request's messages as the specification wants them. What a model must not or cannot read is left out: error chunks, and messages that
 * are empty without them. What a model gave to be handed back is handed to the provider that it came from, and to no other. Each message is
 * translated once in its life for a provider, so that a long conversation costs a lookup a message.
 */
export function promptOf(system: string, messages: readonly Message[], providerId: string): LanguageModelV4Prompt {
  const prompt: LanguageModelV4Prompt = system === "" ? [] : [{ role: "system", content: system }];
  const { known } = translationsOf(providerId);
  for (const message of messages) {
    const translated = known.get(message) ?? translateFirst(message, providerId, known);
    if (translated === nothing) continue;
    if (translated.role === "assistant" && prompt.every(isSystem)) prompt.push(opening);
    prompt.push(translated);
  }
  return prompt;
}

/** Services refuse a conversation in which the model speaks first, as it does in one that was folded between two steps. */
const opening: LanguageModelV4Message = { role: "user", content: [{ type: "text", text: "Go on from there." }] };
const isSystem = ({ role }: LanguageModelV4Message): boolean => role === "system";

/**
 * From now on these messages are translated without their thoughts and without what this provider gave with them. `false` when they have none, so
 * that asking again would say the same.
 */
export function forgetThoughts(messages: readonly Message[], providerId: string): boolean {
  const { known, forgotten } = translationsOf(providerId);
  let forgot = false;
  for (const message of messages) {
    if (forgotten.has(message) || !message.parts.some((part) => isThought(part, providerId))) continue;
    const parts = message.parts.filter(({ chunk }) => chunk.type !== "thinking").map(({ chunk }) => ({ chunk }));
    known.set(message, translate({ ...message, parts }, providerId) ?? nothing);
    forgotten.add(message);
    forgot = true;
  }
  return forgot;
}

const isThought = ({ chunk, providerMetadata }: MessagePart, providerId: string): boolean =>
  chunk.type === "thinking" || givenBy(providerId, providerMetadata) !== undefined;

interface Translations {
  readonly known: WeakMap<Message, LanguageModelV4Message | typeof nothing>;
  /** Those whose thoughts the provider has refused. */
  readonly forgotten: WeakSet<Message>;
}
const translations = new Map<string, Translations>();
const nothing = Symbol("nothing a model reads");

function translationsOf(providerId: string): Translations {
  const known = translations.get(providerId) ?? { known: new WeakMap(), forgotten: new WeakSet() };
  translations.set(providerId, known);
  return known;
}

function translateFirst(message: Message, providerId: string, known: Translations["known"]): LanguageModelV4Message | typeof nothing {
  const translated = translate(message, providerId) ?? nothing;
  known.set(message, translated);
  return translated;
}

function translate({ role, parts }: Message, providerId: string): LanguageModelV4Message | undefined {
  switch (role) {
    case "system": {
      const content = parts.map(textOf).filter(isGiven).join("\n\n");
      return content === "" ? undefined : { role, content };
    }
    case "user":
      return filled({ role, content: parts.map((part) => userPart(part, providerId)).filter(isGiven) });
    case "assistant":
      return filled({ role, content: answered(parts.map((part) => assistantPart(part, providerId)).filter(isGiven)) });
    case "tool":
      return filled({ role, content: parts.map((part) => toolPart(part, providerId)).filter(isGiven) });
  }
}

const filled = <M extends { readonly content: readonly unknown[] }>(message: M): M | undefined =>
  message.content.length === 0 ? undefined : message;

/** Providers refuse reasoning that nothing follows: a step that was cut has no answer to it. */
function answered(parts: readonly AssistantPart[]): AssistantPart[] {
  return parts.slice(0, 1 + parts.findLastIndex(({ type }) => type !== "reasoning"));
}

function userPart({ chunk, providerMetadata }: MessagePart, providerId: string): UserPart | undefined {
  const options = optionsOf(providerMetadata, providerId);
  if (chunk.type === "image") return { ...imagePart(chunk), ...options };
  const text = textOf({ chunk });
  return text === undefined ? undefined : { type: "text", text, ...options };
}

function assistantPart({ chunk, providerMetadata }: MessagePart, providerId: string): AssistantPart | undefined {
  const options = optionsOf(providerMetadata, providerId);
  const isBare = options.providerOptions === undefined;
  switch (chunk.type) {
    case "text":
    case "system":
      return chunk.text === "" && isBare ? undefined : { type: "text", text: chunk.text, ...options };
    case "thinking":
      return chunk.text === "" && isBare ? undefined : { type: "reasoning", text: chunk.text, ...options };
    case "tool-call":
      return { type: "tool-call", toolCallId: chunk.toolCallId, toolName: chunk.toolName, input: inputOf(chunk), ...options };
    default:
      return undefined;
  }
}

function toolPart({ chunk, providerMetadata }: MessagePart, providerId: string) {
  if (chunk.type !== "tool-result") return undefined;
  const { toolCallId, toolName, content: value, isError } = chunk;
  const output = isError ? ({ type: "error-text", value } as const) : ({ type: "text", value } as const);
  return { type: "tool-result" as const, toolCallId, toolName, output, ...optionsOf(providerMetadata, providerId) };
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

function optionsOf(metadata: Json | undefined, providerId: string): { readonly providerOptions?: ProviderOptions } {
  const own = givenBy(providerId, metadata);
  return own === undefined ? {} : { providerOptions: own };
}

const isGiven = <T>(value: T | undefined): value is T => value !== undefined;
