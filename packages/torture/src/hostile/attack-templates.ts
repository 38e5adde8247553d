import fc from "fast-check";
import { type Attack, sampled, shown, tryAll } from "./attack.ts";
import { hostileText } from "./hostile-values.ts";
import { problemOfCall } from "./judge.ts";
import { startWholeServer } from "./whole-server.ts";

const tags = [
  "[",
  "]",
  "[if ",
  "[else]",
  "[endif]",
  "[prompt:cwd]",
  "[file:AGENTS.md]",
  "[file:/etc/hostname]",
  "[file:/dev/zero]",
  "[git:status]",
  "[a:b]",
  "[if !x:y]",
  "[system:date]",
  ":",
  "\n",
];
const templates = fc
  .array(fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...tags) }, { weight: 1, arbitrary: hostileText }), { maxLength: 60 })
  .map((parts) => parts.join(""));

/** Templates of the system prompt, as a person may set them, and what becomes of them. */
export const attackTemplates: Attack = {
  name: "templates",
  cases: { quick: 500, full: 20_000 },
  async run(cases, trial) {
    await using server = await startWholeServer();
    let number = 0;
    // One after another: the template is one for the whole server.
    await tryAll(sampled(templates, trial.seed, cases), 1, trial, async (template) => {
      const problem = await problemOfCall(async () => {
        await server.call("system-prompt.set", { template });
        await server.conversations.nextRequest(`t${number++}`, { signal: server.host.signal });
      });
      trial.judged(() => shown(template), problem ?? server.takeDefects());
    });
  },
};
