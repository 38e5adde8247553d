import type { Command, Flag, Operand } from "../command.ts";
import { flagsOfModelName, flagWords } from "./flag-words.ts";

export function zshCompletion(commands: readonly Command[]): string {
  return `#compdef dispatch
# zsh completion of dispatch: source <(dispatch completion zsh)
_dispatch() {
  local -a commands
  commands=(
${commands.map(({ name, summary }) => `    ${quoted(`${name}:${summary}`)}`).join("\n")}
  )
  if ((CURRENT == 2)); then
    _describe -t commands command commands
    _arguments '--help[Show help.]' '--version[Show the version.]'
    return
  fi
  shift words
  ((CURRENT--))
  case "$words[1]" in
${commands.map(({ name, flags, operands }) => branch(name, flags, operands)).join("\n")}
${branch("*/*", flagsOfModelName(commands), [])}
  esac
}
if [ "$funcstack[1]" = "_dispatch" ]; then
  _dispatch "$@"
else
  compdef _dispatch dispatch
fi
`;
}

function branch(pattern: string, flags: readonly Flag[], operands: readonly Operand[]): string {
  const specs = [
    ...flags.flatMap(flagSpecs),
    quoted("--help[Show help.]"),
    ...operands.map(({ name, rest, choices }, index) =>
      quoted(`${rest ? "*" : index + 1}:${name}:${choices === undefined ? "" : `(${choices.join(" ")})`}`),
    ),
  ];
  return `    ${pattern})\n      _arguments ${specs.join(" ")} ;;`;
}

/** One specification a spelling; the spellings of a flag exclude each other. */
function flagSpecs(flag: Flag): readonly string[] {
  const words = flagWords(flag);
  const summary = flag.summary.replace(/[[\]:\\]/g, "\\$&");
  const value = flag.value === undefined ? "" : `:${flag.value}:${action(flag)}`;
  return words.map((word) => quoted(`(${words.join(" ")})${word}[${summary}]${value}`));
}

function action({ choices, list, completes, value }: Flag): string {
  if (choices !== undefined) return list ? `_values -s , ${value} ${choices.join(" ")}` : `(${choices.join(" ")})`;
  if (completes === undefined) return "";
  return completes === "folder" ? "_files -/" : "_files";
}

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
