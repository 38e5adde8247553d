import type { Command, Flag, Operand } from "./command.ts";
import { modelMode } from "./commands/chat.ts";
import { flagWords } from "./completion/flag-words.ts";
import { exitCodes } from "./exit-code.ts";

/** What `dispatch` alone prints. */
export function usage(commands: readonly Command[]): string {
  const rows = [modelMode, ...commands]
    .flatMap((command) => [command, ...(command.within ?? [])])
    .map((command) => [synopsis(command), command.summary] as const);
  return `dispatch: the terminal client of a Dispatch server.

${table([...rows, ["dispatch --version", "Prints the version."]])}

A conversation's id may be cut to its first characters. dispatch <command> --help shows the flags of a command.

Environment:
${table([
  ["BACKEND_PORT", "The port of the server on this machine; default 24203. --server <url> names any other server."],
  ["DISPATCH_SERVER", "The server to ask where --server names none, such as https://dispatch.example."],
  ["DISPATCH_TOKEN", "Sent as bearer token."],
  ["DISPATCH_TRACE_DB", "The trace database that trace reads; then TRACE_DB_PATH, then ./.dispatch-data/traces.db."],
  ["NO_COLOR", "Set to anything: no colours."],
])}

Exit codes: 0 done, ${Object.entries(exitCodes)
    .map(([kind, code]) => `${code} ${kind}`)
    .join(", ")}.
`;
}

/** What `dispatch <command> --help` prints. */
export function commandHelp(command: Command): string {
  const flags = [...command.flags, { name: "help", short: "h", summary: "Show this." }];
  return `${synopsis(command)} [flags]

${command.summary}

Flags:
${table(flags.map((flag) => [flagSynopsis(flag), flagSummary(flag)]))}
${command.within === undefined ? "" : `\nAlso:\n${table(command.within.map((inner) => [synopsis(inner), inner.summary]))}\n`}`;
}

const synopsis = ({ name, operands }: Command): string => ["dispatch", name, ...operands.map(operandSynopsis)].join(" ");

const operandSynopsis = ({ name, optional, rest, choices }: Operand): string => {
  const shown = `${choices?.join("|") ?? name}${rest ? "…" : ""}`;
  return optional ? `[${shown}]` : `<${shown}>`;
};

const flagSynopsis = (flag: Flag): string => flagWords(flag).join(", ") + (flag.value === undefined ? "" : ` <${flag.value}>`);

/** Choices are named unless the summary does so. */
function flagSummary({ summary, choices }: Flag): string {
  if (choices === undefined || choices.every((choice) => summary.includes(choice))) return summary;
  return `${summary} One of ${choices.join(", ")}.`;
}

function table(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`).join("\n");
}
