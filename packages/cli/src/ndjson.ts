import { ClientFault } from "./client-fault.ts";

/** A server that sends a longer line is no Dispatch server: one event may hold a whole answer, and that has 16 Mi characters at most. */
export const lineCharsMax = 32 * 1024 * 1024;

/**
 * Whole lines, all that a piece completes at once. Bytes may be cut anywhere, in mid-character too. What follows the last newline counts as a line if it is
 * whole: a connection may break in the middle of one.
 */
export async function* ndjsonLines(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<readonly string[]> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const piece of pieces) {
    const text = decoder.decode(piece, { stream: true });
    if (rest.length + text.length > lineCharsMax)
      throw new ClientFault("defect", "cli/line-too-long", "The server sends a line without an end.");
    if (!text.includes("\n")) {
      rest += text;
      continue;
    }
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    const whole = lines.filter((line) => line.trim() !== "");
    if (whole.length > 0) yield whole;
  }
  rest += decoder.decode();
  if (isWhole(rest)) yield [rest];
}

function isWhole(line: string): boolean {
  try {
    JSON.parse(line);
    return true;
  } catch {
    return false;
  }
}
