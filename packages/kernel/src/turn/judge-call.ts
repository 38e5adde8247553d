import { canonicalJson, type Json } from "../contracts/json.ts";
import type { Tool } from "../contracts/tool.ts";
import { badJsonText, tooDeepText, unknownToolText } from "./call-texts.ts";

/** Deeper input is nobody's request, and every reader after us would need as deep a stack. */
const inputDepthMax = 100;

export interface JudgedCall {
  /** Unique in the conversation. */
  readonly id: string;
  readonly name: string;
  /** As parsed; `null` when the text was not JSON. */
  readonly input: Json;
  /** The same for calls of one tool with equal input. */
  readonly key: string;
  /** A problem: the call can never run, and the model reads why. */
  readonly ground: { readonly tool: Tool } | { readonly problem: string };
}

/** Parses strictly: what is cut or broken is never repaired, because a repaired call may do something else than was meant. No text is `{}`. */
export function judgeCall(id: string, name: string, inputText: string, tools: readonly Tool[]): JudgedCall {
  const input = inputText.trim() === "" ? {} : parse(inputText);
  const unfit = (text: string): JudgedCall => ({ id, name, input: null, key: `${name} ${inputText}`, ground: { problem: text } });
  if (input === undefined) return unfit(badJsonText(name, inputText));
  if (isDeeper(input, inputDepthMax)) return unfit(tooDeepText(name, inputDepthMax));
  const tool = tools.find((tool) => tool.name === name);
  const ground = tool === undefined ? { problem: unknownToolText(name, tools) } : { tool };
  return { id, name, input, key: `${name} ${canonicalJson(input)}`, ground };
}

function parse(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

function isDeeper(value: Json, depth: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  return depth === 0 || Object.values(value).some((field) => isDeeper(field, depth - 1));
}
