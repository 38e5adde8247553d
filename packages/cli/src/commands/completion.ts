import type { Command } from "../command.ts";
import { bashCompletion } from "../completion/bash.ts";
import { fishCompletion } from "../completion/fish.ts";
import { zshCompletion } from "../completion/zsh.ts";

/** Completion knows one word: the second of a command of two is an operand, and its flags are the first's. */
export function asOneWord(command: Command): Command {
  const { within = [], operands, flags, name } = command;
  if (within.length === 0) return command;
  const all = new Map([command, ...within].flatMap((each) => each.flags.map((flag) => [flag.name, flag])));
  const words = within.map((inner) => inner.name.slice(name.length + 1));
  return {
    ...command,
    flags: all.size === flags.length ? flags : [...all.values()],
    operands: [{ name: words[0] ?? "", ...operands[0], choices: words }],
  };
}

const shells = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion };

export function completionCommand(commands: () => readonly Command[]): Command {
  return {
    name: "completion",
    summary: "Prints a completion script: source <(dispatch completion bash)",
    operands: [{ name: "shell", choices: Object.keys(shells) }],
    flags: [],
    async run({ operands }, { screen }) {
      const script = shells[operands[0] as keyof typeof shells];
      await screen.write({ text: script(commands().map(asOneWord)) });
      return 0;
    },
  };
}
