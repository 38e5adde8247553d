import type { ReasoningEffort } from "@dispatch/wire";
import type { Message } from "../contracts/message.ts";
import type { ModelRequest, ToolSpec } from "../contracts/model.ts";
import { describe } from "../contracts/schema.ts";
import type { Tool } from "../contracts/tool.ts";
import { readModel } from "./read-model.ts";

export interface RequestInputs {
  readonly system: string;
  /** The log as it is; the model sees `readModel` of it. */
  readonly messages: readonly Message[];
  /** In this order. */
  readonly tools: readonly Tool[];
  readonly outputTokensMax?: number | undefined;
  readonly reasoningEffort?: ReasoningEffort | undefined;
}

/**
 * The one way to a request, for turns, cache warming, token counting and compaction alike: equal inputs give byte-equal requests, so that
 * what one of them put into a provider's cache the others find there. Throws what a schema throws that cannot describe itself.
 */
export function buildRequest({ system, messages, tools, outputTokensMax, reasoningEffort }: RequestInputs): ModelRequest {
  return {
    system,
    messages: readModel(messages),
    tools: tools.map(specOf),
    ...(outputTokensMax === undefined ? {} : { outputTokensMax }),
    ...(reasoningEffort === undefined ? {} : { reasoningEffort }),
  };
}

const specs = new WeakMap<Tool, ToolSpec>();

/** Describing a schema costs more than all the rest of a request, and a tool never changes. */
function specOf(tool: Tool): ToolSpec {
  const known = specs.get(tool);
  if (known !== undefined) return known;
  const spec = { name: tool.name, description: tool.description, inputSchema: describe(tool.input) };
  specs.set(tool, spec);
  return spec;
}
