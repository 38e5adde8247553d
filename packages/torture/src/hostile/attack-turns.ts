import { join } from "node:path";
import type { ModelPart } from "@dispatch/kernel";
import { part, ScriptedModel } from "@dispatch/testkit";
import { exportFormats } from "@dispatch/transport-contract";
import fc from "fast-check";
import { type Attack, sampled, shown, type Trial, tryAll } from "./attack.ts";
import { hostileText } from "./hostile-values.ts";
import { problemOfCall } from "./judge.ts";
import { modelAnswers } from "./model-answers.ts";
import { startWholeServer, type WholeServer } from "./whole-server.ts";

const lanes = 16;
const turnsOfOneServer = 2_000;
const stepsMax = 3;

/** Whole turns with models that say anything: each is sealed, and what it leaves can be read, exported and gone on with. */
export const attackTurns: Attack = {
  name: "turns",
  cases: { quick: 800, full: 20_000 },
  async run(cases, trial) {
    for (let made = 0; made < cases && !trial.signal.aborted; made += turnsOfOneServer) {
      await tryTurns({ ...trial, seed: trial.seed + made }, Math.min(turnsOfOneServer, cases - made));
    }
  },
};

const enough = [part.text("Enough."), part.finish("stop")];
const cases = fc.tuple(hostileText, fc.array(modelAnswers, { minLength: 1, maxLength: stepsMax }));

async function tryTurns(trial: Trial, count: number): Promise<void> {
  const scripts = new Map<string, readonly (readonly ModelPart[])[]>();
  // However often it is asked, it comes to an end.
  const model = (id: string) => new ScriptedModel([...(scripts.get(id) ?? []), ...Array.from({ length: 300 }, () => enough)]);
  await using server = await startWholeServer({ model });
  await Bun.write(join(server.folder, "work/a.txt"), "one line\n");
  let number = 0;
  await tryAll(sampled(cases, trial.seed, count), lanes, trial, async ([text, answers]) => {
    const id = `case-${number++}`;
    scripts.set(id, answers);
    const problem = await problemOfCall(() => liveThrough(server, id, text));
    scripts.delete(id);
    trial.judged(() => `${shown(text)} ${shown(answers)}`, problem ?? server.takeDefects());
  });
}

async function liveThrough({ conversations, call }: WholeServer, conversationId: string, text: string): Promise<void> {
  const model = `attacked/${conversationId}`;
  for (const said of [text || "Hello.", "Go on."]) {
    const turn = await conversations.submit({ conversationId, text: said, model });
    let last = "";
    for await (const batch of turn.events) last = batch.at(-1)?.json ?? last;
    if (!last.includes('"turn-sealed"')) throw new Error(`the turn ended with ${last}`);
  }
  const { chunks } = (await call("conversations.get", { conversationId })) as { chunks: readonly unknown[] };
  if (JSON.stringify(JSON.parse(JSON.stringify(chunks))) !== JSON.stringify(chunks))
    throw new Error("its log is another after the way through JSON");
  for (const format of exportFormats) await call("conversations.export", { conversationId, format });
  await call("conversations.metrics", { conversationId });
}
