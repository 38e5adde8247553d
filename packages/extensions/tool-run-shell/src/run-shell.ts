import {
  defineTool,
  Fault,
  fault,
  type Json,
  refuse,
  refuseFault,
  say,
  type Tool,
  type ToolCall,
  type ToolOutput,
  type Workspace,
} from "@dispatch/kernel";
import type { ConfinementContext, Sandbox } from "@dispatch/sandbox/contract";
import { z } from "zod";
import type { Commands } from "./commands.ts";
import { openOutputFile } from "./output-file.ts";
import { shellProgram } from "./process.ts";
import { resultText } from "./result-text.ts";
import type { Outcome } from "./run-command.ts";

const timeoutMsMax = 600_000;
const timeoutMsDefault = 120_000;
/** More than all graces together: the command is always ended by its own timeout first, and says so. */
const marginMs = 10_000;
/** The system takes 128 KiB in one argument, its final NUL included. */
const commandBytesMax = 128 * 1024 - 1;

const input = z.strictObject({
  command: z.string().min(1).describe("What /bin/sh runs. Join several commands with && or new lines."),
  timeoutMs: z
    .int()
    .min(1)
    .max(timeoutMsMax)
    .default(timeoutMsDefault)
    .describe("Milliseconds after which the command and all that it has started are ended."),
  cwd: z.string().optional().describe("Folder to run it in, relative to the working directory. Default: the working directory itself."),
  // How far the processes may reach is others' to say, who read these.
  network: z.boolean().optional().describe("true asks for the network, which commands do not have otherwise; a person may be asked."),
  unconfined: z
    .boolean()
    .optional()
    .describe("true asks to run outside of the sandbox, where more than the working directory can be written; a person may be asked."),
});

const description = [
  "Run a shell command and wait for it to end. The result is its output, stdout and stderr in the order in which they came, and its exit code.",
  "Every call is a new /bin/sh: cd and variables do not last. There is no input and no terminal.",
  "Processes that are left in the background are ended with the command.",
  "Of a long output the middle is left out; the whole is kept in a file that read_file can page.",
].join(" ");

export const runShell = (commands: Commands, sandbox: Sandbox): Tool =>
  defineTool<z.infer<typeof input>>({
    name: "run_shell",
    description,
    input,
    effect: "write",
    timeoutMs: timeoutMsMax + marginMs,
    async run({ command, timeoutMs, cwd }, call) {
      const why = whyNotACommand(command);
      if (why !== undefined) return refuse(why);
      const folder = await folderFor(call.workspace, cwd).catch(refuseFault);
      if (typeof folder !== "string") return folder;
      const order = await sandbox.confine(shellProgram(command, folder), contextOf(call)).catch(refuseFault);
      if ("content" in order) return order;
      const outcome = await commands.run({ order, timeoutMs }, takersFor(call), call.signal);
      return say(resultText(outcome, { timeoutMs }), details(outcome));
    },
  });

const contextOf = ({ conversationId, turnId, id, workspace: { root, scratch } }: ToolCall): ConfinementContext => ({
  conversationId,
  turnId,
  toolCallId: id,
  root,
  scratch,
});

const takersFor = (call: ToolCall) => ({
  progress: (output: ToolOutput) => call.progress(output),
  openFile: (first: Uint8Array) => openOutputFile(call.workspace, first),
});

/** What the shell would not get as it was written. */
function whyNotACommand(command: string): string | undefined {
  if (command.includes("\0")) return "The command holds a NUL byte, which no argument can. Use printf '\\000' to make one.";
  if (!command.isWellFormed()) return "The command is not valid Unicode. Write it again.";
  if (new TextEncoder().encode(command).length <= commandBytesMax) return undefined;
  return `The command is longer than ${commandBytesMax} bytes. Write it into a file, then run that.`;
}

/** Rejects with the workspace's faults. */
async function folderFor(workspace: Workspace, cwd: string | undefined): Promise<string> {
  const found = await workspace.stat(cwd ?? ".").catch((thrown: unknown) => {
    const rootIsGone = cwd === undefined && Fault.is(thrown) && thrown.kind === "missing";
    throw rootIsGone ? noRoot(workspace, thrown) : thrown;
  });
  if (found.kind === "directory") return found.path;
  const shown = workspace.display(found.path);
  throw fault("invalid", "workspace/not-a-folder", `${shown} is not a folder. Give the folder to run the command in.`);
}

const noRoot = (workspace: Workspace, cause: Fault): Fault =>
  fault(
    "missing",
    "workspace/missing",
    `The working directory ${workspace.root} does not exist any more. Tell the person to set another.`,
    {
      cause,
    },
  );

const details = ({ exit, cut, output, durationMs }: Outcome): Json => ({
  exitCode: exit?.code ?? null,
  signal: exit?.signal ?? null,
  durationMs,
  timedOut: cut === "timeout",
  ...(output.path !== undefined && { outputPath: output.path }),
});
