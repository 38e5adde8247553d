import { resultText, say, type ToolResult, type Workspace } from "@dispatch/kernel";

/** What of a result the model reads at once. Tools page by themselves; this is the fence behind them. */
const resultCharsMax = 64 * 1024;
const headChars = 24 * 1024;
const tailChars = 8 * 1024;

/** A result that is too long keeps its head and its tail; the whole goes to a file that the model can page. */
export async function fitResult(result: ToolResult, toolName: string, workspace: Workspace): Promise<ToolResult> {
  const text = resultText(result);
  if (text.length <= resultCharsMax) return result;
  const path = await workspace.keep(`${toolName}.txt`, new TextEncoder().encode(text));
  const missing = text.length - headChars - tailChars;
  const cut = `${text.slice(0, headChars)}\n… ${missing} characters are left out here; the whole result is in ${path}, page it with read_file …\n${text.slice(-tailChars)}`;
  return { ...say(cut, result.details), ...(result.refused === undefined ? {} : { refused: result.refused }) };
}
