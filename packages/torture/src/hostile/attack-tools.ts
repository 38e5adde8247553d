import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { type Tool, ToolCalls, Tools } from "@dispatch/kernel";
import { Workspaces } from "@dispatch/workspace-local/contract";
import fc from "fast-check";
import type { z } from "zod";
import { type Attack, sampled, shown, type Trial, tryAll } from "./attack.ts";
import { hostileText } from "./hostile-values.ts";
import { problemOfCall } from "./judge.ts";
import { inputsOf } from "./schema-values.ts";
import { startWholeServer } from "./whole-server.ts";

const lanes = 8;
const callsOfOneServer = 10_000;

/** Tools called with whatever a model may write, through every guard. */
export const attackTools: Attack = {
  name: "tools",
  cases: { quick: 4_000, full: 60_000 },
  async run(cases, trial) {
    for (let made = 0; made < cases && !trial.signal.aborted; made += callsOfOneServer) {
      await tryTools({ ...trial, seed: trial.seed + made }, Math.min(callsOfOneServer, cases - made));
    }
  },
};

/** They run programs or ask the network: what they do with their input is tried by the sections of policy and escapes. */
const reachesOut: ReadonlySet<string> = new Set(["run_shell", "fetch", "web_search", "youtube_transcript", "lsp"]);

async function tryTools(trial: Trial, cases: number): Promise<void> {
  await using server = await startWholeServer();
  const root = join(server.folder, "work");
  await mkdir(join(root, "src"), { recursive: true });
  for (const name of ["a.txt", "src/b.ts", "src/ü.md"]) await Bun.write(join(root, name), `${"one line\n".repeat(200)}${name}`);
  const workspace = await server.kernel.use(Workspaces).open("c1", root);
  const calls = server.kernel.use(ToolCalls);
  const tools = server.host.gather(Tools).filter(({ name }) => !reachesOut.has(name));
  let number = 0;
  await tryAll(sampled(fc.oneof(...tools.map(callsOf)), trial.seed, cases), lanes, trial, async ({ tool, input }) => {
    const invocation = {
      id: `call-${number++}`,
      conversationId: "c1",
      turnId: "t1",
      workspace,
      signal: server.host.signal,
      progress() {},
      tool,
    };
    const call = async () => {
      const read = await tool.input["~standard"].validate(input);
      if (read.issues === undefined) await calls.call({ ...invocation, input: read.value });
    };
    trial.judged(() => `${tool.name} ${shown(input)}`, await problemOfCall(call));
  });
  trial.judged(() => "what failed inside meanwhile", server.takeDefects());
}

interface ToolCase {
  readonly tool: Tool;
  readonly input: unknown;
}

const paths = fc.oneof(fc.constantFrom("a.txt", "src/b.ts", "src", ".", "new.txt", "src/ü.md"), hostileText);
const patterns = fc.oneof(
  fc.constantFrom("**/*", "*.txt", "(a+)+$", "[", "{a,b}", "**/".repeat(50), "(?=x)", "a{1000}{1000}", "\\"),
  hostileText,
);

function callsOf(tool: Tool): fc.Arbitrary<ToolCase> {
  const fields = { path: paths, pattern: patterns, glob: patterns, oldText: fc.constantFrom("one line", "", "\n"), newText: hostileText };
  return inputsOf(tool.input as unknown as z.ZodType, fields).map((input) => ({ tool, input }));
}
