import type { Message, Model, ModelPart, ModelRequest } from "@dispatch/kernel";
import { type ModelScript, type ModelServer, startModelServer } from "@dispatch/testkit";
import { type OpenAiCompatibleOptions, openAiCompatible } from "./openai-compatible.ts";

export const userMessage = (text: string): Message => ({ id: `m-${text}`, role: "user", parts: [{ chunk: { type: "text", text } }] });

export const request = (more: Partial<ModelRequest> = {}): ModelRequest => ({
  system: "Be brief.",
  messages: [userMessage("hi")],
  tools: [],
  ...more,
});

export const provider = (server: ModelServer, more: Partial<OpenAiCompatibleOptions> = {}) =>
  openAiCompatible({ id: "test", baseUrl: server.url, apiKey: "key-of-the-test", keyName: "TEST_KEY", ...more });

export async function partsOf(model: Model, signal = new AbortController().signal, asked = request()): Promise<readonly ModelPart[]> {
  return await Array.fromAsync(model.stream(asked, signal));
}

/** All parts that one scripted answer leads to. */
export async function answered(script: ModelScript, more: Partial<OpenAiCompatibleOptions> = {}): Promise<readonly ModelPart[]> {
  await using server = await startModelServer({ script });
  return await partsOf(provider(server, more).model("m"));
}

export const textOf = (parts: readonly ModelPart[], type: "text-delta" | "reasoning-delta" = "text-delta"): string =>
  parts.map((part) => (part.type === type ? part.text : "")).join("");
