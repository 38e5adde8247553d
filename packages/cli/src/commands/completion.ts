import type { Command } from "../command.ts";
import { bashCompletion } from "../completion/bash.ts";
import { fishCompletion } from "../completion/fish.ts";
import { zshCompletion } from "../completion/zsh.ts";

const shells = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion };

export function completionCommand(commands: () => readonly Command[]): Command {
  return {
    name: "completion",
    summary: "Prints a completion script: source <(dispatch completion bash)",
    operands: [{ name: "shell", choices: Object.keys(shells) }],
    flags: [],
    async run({ operands }, { screen }) {
      const script = shells[operands[0] as keyof typeof shells];
      await screen.write({ text: script(commands()) });
      return 0;
    },
  };
}
