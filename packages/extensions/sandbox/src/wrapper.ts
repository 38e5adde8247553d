import { constants } from "node:os";
import type { Ending } from "./contract.ts";
import type { Limits } from "./limits.ts";

/** The descriptor on which the wrapper tells how the program ended. The program itself does not get it. */
export const reportFd = 3;
/** bwrap outside, bwrap inside as the first process of the namespace, and the wrapper's shell. */
export const ownProcesses = 3;

/**
 * What `/bin/sh -c` runs around a program: it sets limits, runs the program, and tells how it ended: `=<code>`, after what the shell says when a
 * signal ended it. Then it waits to be ended, because the sandbox ends with it and what the program left behind shall get its grace.
 * A request to end is the program's; the shell outlives it. It takes few words so that it is read fast.
 */
export const wrapperScript = (limits: Limits): string =>
  [
    "trap : TERM INT HUP",
    ...ulimits(limits),
    "exec 4>&2 2>&3",
    '( exec "$@" 2>&4 3>&- 4>&- )',
    'printf "=%d\\n" "$?" >&3',
    "exec >&- 4>&-",
    `exec sleep ${lingerSeconds}`,
  ].join("\n");

/** For a program that is asked for no report: the shell becomes it. */
export const limitingScript = (limits: Limits): string => [...ulimits(limits), 'exec "$@"'].join("\n");

/** Longer than any grace that whoever waits for the report gives. */
const lingerSeconds = 60;

/** Shells differ in the letter for processes. A limit that the system has set lower already cannot be set, and need not be. */
const ulimits = ({ memoryBytesMax, processesMax, fileBytesMax, cpuSecondsMax }: Limits): readonly string[] => [
  "{ ulimit -c 0",
  `ulimit -d ${Math.floor(memoryBytesMax / 1024)}`,
  `ulimit -f ${Math.floor(fileBytesMax / 512)}`,
  `ulimit -t ${cpuSecondsMax}`,
  `ulimit -p ${processesMax} || ulimit -u ${processesMax}`,
  "} 2>/dev/null",
];

/** `undefined`: the wrapper was ended before it could tell. */
export function parseReport(text: string): Ending | undefined {
  const found = /^([\s\S]*?)=(\d{1,3})\n$/.exec(text);
  if (found === null) return undefined;
  const [, said = "", digits] = found;
  const code = Number(digits);
  const isSignal = code > 128 && (said !== "" || quietSignals.includes(code - 128));
  return isSignal ? { code, signal: signalName(code - 128) } : { code };
}

/** A shell says nothing of these. */
const quietSignals: readonly number[] = [constants.signals.SIGINT, constants.signals.SIGPIPE];

function signalName(number: number): string {
  const found = Object.entries(constants.signals).find(([, value]) => value === number);
  return found === undefined ? `signal ${number}` : found[0];
}
