import { markedText, plainText } from "@dispatch/foreign-text";
import { resultText, type ToolResult } from "@dispatch/kernel";

/**
 * A tool says by `details.source: "web"` that its text is a stranger's, and by `details.isMarked` that it has marked it itself. What the text says of that
 * counts for nothing: a stranger may write marks too.
 */
export function markResult(result: ToolResult, toolName: string): ToolResult {
  const { details } = result;
  if (typeof details !== "object" || details === null || !("source" in details)) return result;
  if (details.source !== "web" || details.isMarked === true) return result;
  const text = plainText(resultText(result));
  return { ...result, content: [{ type: "text", text: markedText({ source: `what ${toolName} found`, text }) }] };
}
