import { readdir, readFile, readlink } from "node:fs/promises";
import { type Clock, resultText, type ToolOutput, type ToolResult, type Workspace } from "@dispatch/kernel";
import type { Sandbox, SpawnOrder } from "@dispatch/sandbox/contract";
import { openSandbox } from "@dispatch/sandbox/fixture";
import { toolCall } from "@dispatch/testkit";
import { type Desk, openDesk } from "@dispatch/workspace-local/fixture";
import { onTestFinished } from "vitest";
import { Commands } from "./commands.ts";
import { pieces } from "./pieces.fixture.ts";
import { shellProgram } from "./process.ts";
import { realClock } from "./real-clock.fixture.ts";
import { runShell } from "./run-shell.ts";

export interface Details {
  readonly exitCode: number | null;
  readonly signal: string | null;
  readonly durationMs: number;
  readonly timedOut: boolean;
  readonly outputPath?: string;
}

export interface Ran {
  readonly text: string;
  readonly details: Details;
  readonly refused: boolean;
}

export interface RunningCommand {
  readonly result: Promise<Ran>;
  stop(): void;
  /** What a person has seen so far. */
  readonly shown: readonly ToolOutput[];
  /** Resolves with its match once a person has seen it. */
  seen(pattern: RegExp): Promise<RegExpMatchArray>;
}

export interface ShellDesk extends Desk {
  readonly commands: Commands;
  start(input: { readonly command: string; readonly timeoutMs?: number; readonly cwd?: string }, workspace?: Workspace): RunningCommand;
  run(command: string, timeoutMs?: number): Promise<Ran>;
}

/** The tool on a real folder. What still runs when the test ends is ended. */
export async function openShellDesk(
  clock: Clock = realClock,
  masks = pieces,
  sandbox: Sandbox = openSandbox({ clock: realClock }),
): Promise<ShellDesk> {
  const desk = await openDesk();
  const commands = new Commands(clock, masks);
  onTestFinished(() => commands[Symbol.asyncDispose]());
  const tool = runShell(commands, sandbox);
  const start: ShellDesk["start"] = (input, workspace = desk.workspace) => {
    const stop = new AbortController();
    const shown: ToolOutput[] = [];
    const call = toolCall(workspace, stop.signal, (output) => void shown.push(output));
    const result = tool.run({ timeoutMs: 120_000, ...input }, call).then(ranOf);
    const seen = async (pattern: RegExp) => {
      for (;;) {
        const match = shown
          .map(({ data }) => data)
          .join("")
          .match(pattern);
        if (match !== null) return match;
        await turnOfLoop();
      }
    };
    return { result, stop: () => stop.abort(), shown, seen };
  };
  return { ...desk, commands, start, run: (command, timeoutMs = 120_000) => start({ command, timeoutMs }).result };
}

const ranOf = (result: ToolResult): Ran => ({
  text: resultText(result),
  details: result.details as unknown as Details,
  refused: result.refused === true,
});

/** What is spawned for a command that runs free. */
export const orderOf = (command: string, cwd: string): Promise<SpawnOrder> =>
  openSandbox({ clock: realClock }).confine(shellProgram(command, cwd), { conversationId: "c", turnId: "t", toolCallId: "1", root: cwd });

/** A process that has ended may wait as a zombie for its parent. */
export async function isAlive(pid: number | string): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, "latin1").catch(() => "");
  return stat !== "" && !/\) [ZXx] /.test(stat);
}

export async function untilGone(pid: number | string): Promise<void> {
  while (await isAlive(pid)) await turnOfLoop();
}

/** What this process holds open. */
export async function openFiles(): Promise<readonly string[]> {
  const names = await readdir("/proc/self/fd");
  return Promise.all(names.map((name) => readlink(`/proc/self/fd/${name}`).catch(() => "")));
}

export const turnOfLoop = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** The last line: how the command ended. The time it took is left out. */
export const endingOf = ({ text }: Ran): string => text.slice(text.lastIndexOf("\n") + 1).replace(/ \([\d.]+ s\)$/, "");

/** All but the last line. */
export const outputOf = ({ text }: Ran): string => text.slice(0, text.lastIndexOf("\n"));
