import { Fault, fault, type ToolInvocation, type ToolOutput, type ToolResult } from "@dispatch/kernel";
import type { Secrets } from "./contract.ts";

/** What a tool found holds no secret when a model or a person sees it: its result, its details, its output while it runs. */
export async function guardCall(
  call: ToolInvocation,
  next: (call: ToolInvocation) => Promise<ToolResult>,
  secrets: Secrets,
): Promise<ToolResult> {
  if (secrets.values().length === 0) return next(call);
  const streams = { stdout: secrets.pieces(), stderr: secrets.pieces() };
  const tell = (stream: ToolOutput["stream"], data: string) => {
    if (data !== "") call.progress({ stream, data });
  };
  try {
    return maskResult(await next({ ...call, progress: ({ stream, data }) => tell(stream, streams[stream].push(data)) }), secrets);
  } catch (thrown) {
    throw maskThrown(thrown, secrets);
  } finally {
    for (const stream of ["stdout", "stderr"] as const) tell(stream, streams[stream].end());
  }
}

function maskResult(result: ToolResult, secrets: Secrets): ToolResult {
  const content = result.content.map((part) => ({ ...part, text: secrets.maskKnown(part.text) }));
  const isSame = content.every(({ text }, index) => text === result.content[index]?.text);
  const details = secrets.maskKnownIn(result.details);
  if (isSame && details === result.details) return result;
  return { ...result, content, ...(details === undefined ? {} : { details }) };
}

/** A tool's failure becomes a result too, where no guard sees it. What it was stays behind it for the journal, which masks by itself. */
function maskThrown(thrown: unknown, secrets: Secrets): unknown {
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  const told = secrets.maskKnown(message);
  if (told === message) return thrown;
  if (!Fault.is(thrown)) return new Error(told, { cause: thrown });
  return fault(thrown.kind, thrown.code, told, { cause: thrown, data: secrets.maskKnownIn(thrown.data) });
}
