import type { Message, MessagePart, Model, ModelRequest, ToolSpec } from "@dispatch/kernel";
import type { Secrets } from "./contract.ts";

/**
 * Models that are told no secret: whatever the way by which one came into a request, it ends here. Messages and tools are searched once, because the next
 * request holds the same objects.
 */
export class PromptMask {
  readonly #secrets: Pick<Secrets, "values" | "maskKnown">;
  #values: readonly string[] = [];
  #known = new WeakMap<object, object>();

  constructor(secrets: Pick<Secrets, "values" | "maskKnown">) {
    this.#secrets = secrets;
  }

  model(model: Model): Model {
    return { ...model, name: model.name, stream: (request, signal) => model.stream(this.#masked(request), signal) };
  }

  #masked(request: ModelRequest): ModelRequest {
    const values = this.#secrets.values();
    if (values.length === 0) return request;
    if (values !== this.#values) this.#known = new WeakMap();
    this.#values = values;
    const mask = (text: string) => this.#secrets.maskKnown(text);
    return {
      ...request,
      system: mask(request.system),
      messages: request.messages.map((message) => this.#once(message, () => maskMessage(message, mask))),
      tools: request.tools.map((tool) => this.#once(tool, () => maskTool(tool, mask))),
    };
  }

  #once<T extends object>(value: T, make: () => T): T {
    const known = this.#known.get(value) as T | undefined;
    const made = known ?? make();
    if (known === undefined) this.#known.set(value, made);
    return made;
  }
}

/** What a model said itself goes back to it unchanged: it was told no secret, and a provider may check that its thoughts are as they were. */
function maskMessage(message: Message, mask: (text: string) => string): Message {
  if (message.role === "assistant") return message;
  const parts = message.parts.map((part) => maskPart(part, mask));
  return parts.every((part, index) => part === message.parts[index]) ? message : { ...message, parts };
}

function maskPart(part: MessagePart, mask: (text: string) => string): MessagePart {
  const { chunk } = part;
  switch (chunk.type) {
    case "text":
    case "system": {
      const text = mask(chunk.text);
      return text === chunk.text ? part : { ...part, chunk: { ...chunk, text } };
    }
    case "tool-result": {
      const content = mask(chunk.content);
      return content === chunk.content ? part : { ...part, chunk: { ...chunk, content } };
    }
    case "thinking":
    case "tool-call":
    case "error":
    case "image":
      return part;
  }
}

function maskTool(tool: ToolSpec, mask: (text: string) => string): ToolSpec {
  const description = mask(tool.description);
  return description === tool.description ? tool : { ...tool, description };
}
