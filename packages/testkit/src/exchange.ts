import type { Message, MessagePart, ModelPart, ModelRequest, Provider } from "@dispatch/kernel";
import { type ModelScript, startModelServer } from "./model-server.ts";

/** One request to a provider before a server with this script: the parts that came of it, and the bodies that the server read. */
export async function exchange<Body = unknown>(
  open: (baseUrl: string) => Provider,
  modelId: string,
  script: ModelScript,
  request: ModelRequest = modelRequest(),
): Promise<{ readonly parts: readonly ModelPart[]; readonly bodies: readonly Body[] }> {
  await using server = await startModelServer({ script });
  const parts = await Array.fromAsync(open(server.url).model(modelId).stream(request, new AbortController().signal));
  return { parts, bodies: server.requests.map(({ body }) => body as Body) };
}

export const message = (id: string, role: Message["role"], ...parts: readonly MessagePart[]): Message => ({ id, role, parts });
export const textPart = (text: string): MessagePart => ({ chunk: { type: "text", text } });

/** What a person would ask first, unless told otherwise. */
export const modelRequest = (more: Partial<ModelRequest> = {}): ModelRequest => ({
  system: "Be brief.",
  messages: [message("1", "user", textPart("hi"))],
  tools: [],
  ...more,
});
