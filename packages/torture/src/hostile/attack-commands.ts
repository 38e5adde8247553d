import { checkPolicy } from "@dispatch/transport-contract";
import fc from "fast-check";
import { type Attack, sampled, shown, tryAll } from "./attack.ts";
import { hostileText } from "./hostile-values.ts";
import { mutated } from "./http-bytes.ts";
import { problemOfCall } from "./judge.ts";
import { startWholeServer } from "./whole-server.ts";

const words = [
  ...[
    "git",
    "status",
    "rm",
    "-rf",
    "/",
    "ls",
    "echo",
    "cat",
    "sudo",
    "env",
    "A=b",
    "x",
    "$HOME",
    "${x:-y}",
    "$((1+1))",
    "*",
    "~",
    "--",
    "-c",
    "{",
    "}",
    "!",
    "time",
    "exec",
    "eval",
  ],
  ...[
    "&&",
    "||",
    ";",
    "|",
    "&",
    "|&",
    ";;",
    "(",
    ")",
    "((",
    "))",
    "$(",
    "`",
    "<(",
    ">(",
    ">",
    ">>",
    "<",
    "2>&1",
    ">&-",
    "<<EOF",
    "<<-'EOF'",
    "EOF",
    "<<<",
    "\n",
    "\r",
    "\t",
    "#",
  ],
  ...[
    "if",
    "then",
    "else",
    "fi",
    "for",
    "in",
    "do",
    "done",
    "while",
    "case",
    "esac",
    "function",
    "f()",
    "select",
    "[[",
    "]]",
    "'",
    '"',
    "\\",
    "\\\n",
    "$'\\x41'",
    '$"a"',
    "\0",
    "😀",
    "\u202e",
  ],
];
const usual = [
  "git status",
  "git log --oneline | head -5",
  "npm test && git push",
  "echo $(cat a) > b",
  "for f in *; do cat $f; done",
  "cat <<'EOF'\nrm -rf /\nEOF\n",
];

const commands = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.array(fc.tuple(fc.constantFrom(...words), fc.constantFrom(" ", " ", ""))).map((parts) => parts.flat().join("")),
  },
  { weight: 2, arbitrary: mutated(fc.constantFrom(...usual)) },
  { weight: 1, arbitrary: hostileText },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom("$(", "(", "`", '"$(', "{ ", "if ", "\\", "'"), fc.nat(2_000))
      .map(([open, times]) => open.repeat(times)),
  },
);

/** Command lines before the policy, which must decide about every one of them: none is run. */
export const attackCommands: Attack = {
  name: "commands",
  cases: { quick: 5_000, full: 150_000 },
  async run(cases, trial) {
    await using server = await startWholeServer();
    const rules = ["git status", "ls", "echo"].map((command) => ({ effect: "allow", tool: "run_shell", command, scope: "conversation" }));
    await server.call("policy.set", { conversationId: "c1", rules });
    await tryAll(sampled(commands, trial.seed, cases), 8, trial, async (command) => {
      const check = () => server.call(checkPolicy.id, { conversationId: "c1", tool: "run_shell", input: { command } });
      trial.judged(() => shown(command), await problemOfCall(check));
    });
    trial.judged(() => "what failed inside meanwhile", server.takeDefects());
  },
};
