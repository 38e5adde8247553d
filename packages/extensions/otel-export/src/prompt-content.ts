import type { Message } from "@dispatch/kernel";

/** Of one request, in characters of JSON: collectors refuse what is far larger. */
export const contentCharsMax = 64 * 1024;

/** The newest messages that fit, as JSON in the form of the GenAI conventions. */
export function promptContent(messages: readonly Message[]): string {
  const texts: string[] = [];
  let chars = 2;
  for (const message of messages.toReversed()) {
    const text = JSON.stringify({ role: message.role, parts: message.parts.map(({ chunk }) => partOf(chunk)) });
    chars += text.length + 1;
    if (chars > contentCharsMax) break;
    texts.push(text);
  }
  return `[${texts.reverse().join(",")}]`;
}

type Chunk = Message["parts"][number]["chunk"];

function partOf(chunk: Chunk): { readonly type: string; readonly [field: string]: unknown } {
  switch (chunk.type) {
    case "text":
    case "system":
      return { type: "text", content: chunk.text };
    case "thinking":
      return { type: "reasoning", content: chunk.text };
    case "tool-call":
      return { type: "tool_call", id: chunk.toolCallId, name: chunk.toolName, arguments: chunk.input };
    case "tool-result":
      return { type: "tool_call_response", id: chunk.toolCallId, response: chunk.content };
    case "image":
      return { type: "image" };
    case "error":
      return { type: "error", content: chunk.message };
  }
}
