import type { Command, Flag } from "../command.ts";
import { flagsOfModelName } from "./flag-words.ts";

export function fishCompletion(commands: readonly Command[]): string {
  return `# fish completion of dispatch: dispatch completion fish | source
function __dispatch_begins
    test (count (commandline -opc)) -eq 1
end
function __dispatch_is
    set -l words (commandline -opc)
    test (count $words) -ge 2; and string match -q -- $argv[1] $words[2]
end
complete -c dispatch -f
${commands.map(({ name, summary }) => `complete -c dispatch -n __dispatch_begins -a ${name} -d ${quoted(summary)}`).join("\n")}
complete -c dispatch -n __dispatch_begins -l version -d 'Show the version.'
complete -c dispatch -l help -s h -d 'Show help.'
${commands.flatMap(ofCommand).join("\n")}
${flagsOfModelName(commands)
  .map((flag) => ofFlag('__dispatch_is "*/*"', flag))
  .join("\n")}
`;
}

function ofCommand({ name, flags, operands }: Command): readonly string[] {
  const condition = `__dispatch_is ${name}`;
  const choices = operands[0]?.choices;
  return [
    ...(choices === undefined ? [] : [`complete -c dispatch -n ${quoted(condition)} -a ${quoted(choices.join(" "))}`]),
    ...flags.map((flag) => ofFlag(condition, flag)),
  ];
}

function ofFlag(condition: string, flag: Flag): string {
  const short = flag.short === undefined ? "" : ` -s ${flag.short}`;
  return `complete -c dispatch -n ${quoted(condition)} -l ${flag.name}${short} -d ${quoted(flag.summary)}${valueWords(flag)}`;
}

function valueWords({ value, choices, completes }: Flag): string {
  if (value === undefined) return "";
  if (choices !== undefined) return ` -x -a ${quoted(choices.join(" "))}`;
  if (completes === undefined) return " -x";
  return completes === "folder" ? " -x -a '(__fish_complete_directories)'" : " -r -F";
}

const quoted = (text: string): string => `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
