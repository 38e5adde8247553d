import { readdirSync, readFileSync } from "node:fs";
import { defineExtension, defineTool, say, Tools } from "@dispatch/kernel";
import { contentChunk, textAnswer, toolCallAnswer } from "@dispatch/testkit";
import { z } from "zod";
import type { People } from "../crash/people.ts";
import { answerBook, type Scene } from "../crash/scene.ts";
import { hastyClock } from "./clocks.ts";
import { type FaultFamily, inOrder, untilNoneFires } from "./family.ts";
import { tryOut } from "./trial.ts";

const callsMax = 3;

/** The n-th of three calls of a turn goes wrong; and commands that people should not run. */
export const toolFaults: FaultFamily = {
  name: "tool",
  async run(campaign) {
    const { quick, signal, tried } = campaign;
    for (const [name, misbehave] of inOrder(Object.entries(misbehaviours), campaign))
      await untilNoneFires(campaign, { quick: callsMax }, async (n) => {
        const { fired, wrong } = await fail(misbehave, n);
        if (fired) tried(`${name}, call ${n}`, wrong);
        return fired;
      });
    for (const [name, command] of Object.entries(commands)) {
      if (signal.aborted) return;
      tried(`a command: ${name}`, await tryCommand(command, free));
    }
    if (Bun.which("bwrap") === null) return;
    for (const [name, command] of Object.entries({ ...(quick ? {} : commands), "a child that leaves its session": leaves })) {
      if (signal.aborted) return;
      tried(`a confined command: ${name}`, await tryCommand(command, {}));
    }
  },
};

const misbehaviours: { readonly [name: string]: (signal: AbortSignal) => Promise<string> } = {
  "a throw": () => Promise.reject(new Error("the tool is broken")),
  "a throw of nothing": () => Promise.reject(undefined),
  "a hang that hears the signal": (signal) => new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason))),
  "a hang that hears nothing": () => new Promise(() => {}),
  "a flood of text": async () => "flood ".repeat(2_000_000),
  "text that is none": async () => "\0\uD800\u001b[2J\uFFFF",
};

async function fail(misbehave: (signal: AbortSignal) => Promise<string>, nth: number) {
  let calls = 0;
  let fired = false;
  const flaky = defineTool({
    name: "flaky",
    description: "Fails now and then.",
    input: z.object({ n: z.number() }),
    effect: "write",
    timeoutMs: 2_000,
    async run({ n }, { signal }) {
      calls += 1;
      if (calls !== nth) return say(`done ${n}`);
      fired = true;
      return say(await misbehave(signal));
    },
  });
  const extension = defineExtension({
    id: "torture-tool",
    version: "1.0.0",
    apiVersion: "1",
    tier: "standard",
    dependsOn: [],
    capabilities: [],
    activate: (host) => void host.contribute(Tools, flaky),
  });
  const wrong = await tryOut({ scene: flakyScene, further: [extension], clock: hastyClock(20), environment: free, hold: endedWell });
  return { fired, wrong };
}

const flakyCalls = toolCallAnswer(
  Array.from({ length: callsMax }, (_, n) => ({ id: `flaky-${n}`, name: "flaky", arguments: JSON.stringify({ n }) })),
);
const flakyScene: Scene = {
  name: "three calls",
  conversations: ["c1"],
  answer: answerBook({ "Call it.": [flakyCalls, textAnswer(["Called."])], "Go on now.": [textAnswer(["On."])] }, textAnswer(["Yes."])),
  act: async (people) => void (await people.say("c1", "Call it.")),
};

/** Each of them leaves processes behind unless somebody ends them: they sleep this long, so that they can be told from others. */
const sleepSeconds = () => `31${process.pid % 1_000}.${Math.floor(Math.random() * 1e6)}`;

/** A bomb of a bounded size: what is tried is that nothing of it is left, not how much of it a machine stands. */
const commands: { readonly [name: string]: (mark: string) => string } = {
  "background children": (mark) => `sleep ${mark} & (nohup sleep ${mark} >/dev/null 2>&1 &) ; echo begun`,
  "a tree of a hundred processes": (mark) =>
    `f() { if [ "$1" -gt 0 ]; then f $(($1 - 1)) & f $(($1 - 1)) & fi; sleep ${mark}; }; f 5 & sleep 0.3; echo begun`,
  "a flood on both outputs": () => "head -c 30000000 /dev/zero; head -c 30000000 /dev/zero >&2",
  "its own death": () => "kill -9 $$",
  "a closed output": (mark) => `exec >&- 2>&-; sleep 0.2; sleep ${mark} &`,
};

/** Only a namespace of its own holds it: what runs free in a session of its own goes on, as its README says. */
const leaves = (mark: string) => `setsid sleep ${mark} & (setsid sh -c 'sleep ${mark} & sleep ${mark}' &) ; echo begun`;

const free = { DISPATCH_POLICY_MODE: "full", DISPATCH_APPROVAL: "auto" };

async function tryCommand(command: (mark: string) => string, environment: { readonly [name: string]: string }): Promise<readonly string[]> {
  const mark = sleepSeconds();
  const call = toolCallAnswer([
    { id: "shell-1", name: "run_shell", arguments: JSON.stringify({ command: command(mark), timeoutMs: 5_000 }) },
  ]);
  const scene: Scene = {
    name: "a command",
    conversations: ["c1"],
    environment,
    answer: answerBook(
      { "Run it.": [contentChunk("So. ") + call, textAnswer(["Run."])], "Go on now.": [textAnswer(["On."])] },
      textAnswer(["Yes."]),
    ),
    act: async (people) => void (await people.say("c1", "Run it.")),
  };
  const wrong = await tryOut({ scene, hold: endedWell });
  const left = processesWith(mark);
  return left === 0 ? wrong : [...wrong, `${left} processes are left of it`];
}

function endedWell(people: People): readonly string[] {
  const { watchers } = people.testimony();
  const done = watchers.flatMap(({ events }) => events).find(({ type }) => type === "done");
  return done?.type === "done" && done.reason === "stop" ? [] : [`the turn did not end well: ${JSON.stringify(done)}`];
}

function processesWith(mark: string): number {
  return readdirSync("/proc").filter((name) => {
    if (!/^\d+$/.test(name)) return false;
    try {
      return readFileSync(`/proc/${name}/cmdline`, "utf8").includes(mark);
    } catch {
      // It ended meanwhile.
      return false;
    }
  }).length;
}
