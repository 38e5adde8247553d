import type { ToolInvocation, ToolOutput, ToolResult } from "@dispatch/kernel";
import type { Secrets } from "./contract.ts";

/** What a tool found holds no secret when a model or a person sees it: its result, its details, its output while it runs. */
export async function guardCall(
  call: ToolInvocation,
  next: (call: ToolInvocation) => Promise<ToolResult>,
  secrets: Secrets,
): Promise<ToolResult> {
  if (secrets.values().length === 0) return next(call);
  const piecesOf = (stream: ToolOutput["stream"]) => secrets.pieces((data) => call.progress({ stream, data }));
  const streams = { stdout: piecesOf("stdout"), stderr: piecesOf("stderr") };
  try {
    return maskResult(await next({ ...call, progress: ({ stream, data }) => streams[stream].push(data) }), secrets);
  } finally {
    streams.stdout.end();
    streams.stderr.end();
  }
}

function maskResult(result: ToolResult, secrets: Secrets): ToolResult {
  const content = result.content.map((part) => ({ ...part, text: secrets.maskKnown(part.text) }));
  const isSame = content.every(({ text }, index) => text === result.content[index]?.text);
  const details = secrets.maskKnownIn(result.details);
  if (isSame && details === result.details) return result;
  return { ...result, content, ...(details === undefined ? {} : { details }) };
}
