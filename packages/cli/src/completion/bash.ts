import type { Command, Flag } from "../command.ts";
import { flagsOfModelName, flagWords } from "./flag-words.ts";

export function bashCompletion(commands: readonly Command[]): string {
  return `# bash completion of dispatch: source <(dispatch completion bash)
_dispatch() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD - 1]}
  COMPREPLY=()
  if [ "$COMP_CWORD" -eq 1 ]; then
    _dispatch_words ${[...commands.map(({ name }) => name), "--help", "--version"].join(" ")}
    return
  fi
  case "\${COMP_WORDS[1]}" in
${commands.map(({ name, flags, operands }) => branch(name, flags, operands[0]?.choices)).join("\n")}
${branch("*/*", flagsOfModelName(commands))}
  esac
}
_dispatch_words() {
  COMPREPLY=($(compgen -W "$*" -- "$current"))
}
_dispatch_paths() {
  local IFS=$'\\n'
  compopt -o filenames 2>/dev/null
  COMPREPLY=($(compgen "$1" -- "$current"))
}
complete -F _dispatch dispatch
`;
}

function branch(pattern: string, flags: readonly Flag[], operandChoices: readonly string[] = []): string {
  const withValue = flags.filter(({ value }) => value !== undefined);
  const cases = withValue.map((flag) => `        ${flagWords(flag).join(" | ")}) ${offer(flag)}return ;;`);
  return [
    `    ${pattern})`,
    ...(cases.length === 0 ? [] : ['      case "$previous" in', ...cases, "      esac"]),
    `      _dispatch_words ${[...operandChoices, ...flags.flatMap(flagWords), "--help"].join(" ")} ;;`,
  ].join("\n");
}

function offer({ choices, completes }: Flag): string {
  if (choices !== undefined) return `_dispatch_words ${choices.join(" ")}; `;
  if (completes === undefined) return "";
  return `_dispatch_paths ${completes === "folder" ? "-d" : "-f"}; `;
}
