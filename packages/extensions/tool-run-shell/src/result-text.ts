import { type Kept, outputFileBytesMax } from "./output.ts";
import type { Command, Cut, Outcome } from "./run-command.ts";

/** What the model reads: the output, what is to be known of it, and last how the command ended. */
export function resultText({ output, leftovers, outgrown, escaped, ...ending }: Outcome, command: Pick<Command, "timeoutMs">): string {
  const shown = outputText(output);
  return [
    ...(shown === "" ? ["(no output)"] : [shown.replace(/\n$/, "")]),
    ...(ending.cut === "too-much-output" ? [floodNote] : []),
    ...(leftovers ? [leftoversNote] : []),
    ...(outgrown === undefined ? [] : [`[The command and all that it had started were ended. ${outgrown}]`]),
    ...(escaped ? [escapedNote] : []),
    endingText(ending, command),
  ].join("\n");
}

const floodNote = `[The output reached its limit of ${outputFileBytesMax} bytes. Ask for less, for example with head or grep, or write it into a file.]`;
const leftoversNote =
  "[Processes that were still there in the background were ended with the command. Start and use them within one command.]";
const escapedNote = "[A process that has detached itself (setsid) holds the output open. It may go on; what it writes is not seen.]";

function outputText(output: Kept): string {
  if (output.leftOutBytes === 0) return output.head;
  return `${output.head}\n\n[${output.leftOutBytes} bytes are left out here. ${whereText(output)}]\n\n${output.tail}`;
}

function whereText({ path, lost, totalBytes }: Kept): string {
  if (path === undefined) return `They could not be kept: ${lost}`;
  if (lost !== undefined) return `The beginning of the whole is in ${path}; then it could not be kept any more: ${lost}`;
  return `The whole output, ${totalBytes} bytes, is in ${path}: page it with read_file.`;
}

function endingText(
  { exit, cut, durationMs }: Pick<Outcome, "exit" | "cut" | "durationMs">,
  { timeoutMs }: Pick<Command, "timeoutMs">,
): string {
  const code = exit === undefined ? "no exit code, because it could not be ended" : `exit code ${exit.code}`;
  const signal = exit?.signal === undefined ? "" : `, ended by ${exit.signal}`;
  return `${reasonText(cut, timeoutMs)}${code}${signal} (${(durationMs / 1_000).toFixed(1)} s)`;
}

function reasonText(cut: Cut | undefined, timeoutMs: number): string {
  switch (cut) {
    case undefined:
      return "";
    case "timeout":
      return `timed out after ${timeoutMs / 1_000} s: `;
    case "stopped":
      return "stopped: ";
    case "too-much-output":
      return "ended at the limit of its output: ";
  }
}
