import { OpRegistry } from "@dispatch/op-registry/contract";
import { type Attack, sampled, shown, type Trial, tryAll } from "./attack.ts";
import { problemOfCall } from "./judge.ts";
import { type OpCase, opCases } from "./op-cases.ts";
import { startWholeServer } from "./whole-server.ts";

/** After so many calls a new server takes over: what was stored would make each of the next calls slower. */
const callsOfOneServer = 20_000;
const lanes = 32;

/** Every op from its own schema, called where no door stands before it. */
export const attackOps: Attack = {
  name: "ops",
  cases: { quick: 20_000, full: 600_000 },
  async run(cases, trial) {
    for (let made = 0; made < cases && !trial.signal.aborted; made += callsOfOneServer) {
      await tryServer({ ...trial, seed: trial.seed + made }, Math.min(callsOfOneServer, cases - made));
    }
  },
};

async function tryServer(trial: Trial, cases: number): Promise<void> {
  await using server = await startWholeServer();
  await server.call("health.get", {});
  const pointOf = ({ op, input }: OpCase) => `${op.id} ${shown(input)}`;
  const ops = server.kernel
    .use(OpRegistry)
    .all()
    .map(({ op }) => op);
  await tryAll(sampled(opCases(ops, server.folder, "attacked/echo"), trial.seed, cases), lanes, trial, async (one) => {
    trial.judged(() => pointOf(one), await problemOfCall(() => server.call(one.op.id, one.input)));
  });
  trial.judged(() => "what failed inside meanwhile", server.takeDefects());
  trial.judged(() => "a turn afterwards", await problemOfCall(() => wholeTurn(server.conversations)));
}

type Conversations = Awaited<ReturnType<typeof startWholeServer>>["conversations"];

async function wholeTurn(conversations: Conversations): Promise<void> {
  const turn = await conversations.submit({ text: "Are you well?", model: "attacked/echo" });
  let last = "";
  for await (const batch of turn.events) last = batch.at(-1)?.json ?? last;
  if (!last.includes('"turn-sealed"')) throw new Error(`the turn ended with ${last}`);
}
