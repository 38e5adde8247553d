import { allOps, chatPath, chatRequest, type Op } from "@dispatch/transport-contract";
import fc from "fast-check";
import { patience } from "../patience.ts";
import { type Attack, sampled, shown, type Trial, tryAll } from "./attack.ts";
import { type AttackedProcess, onAttackedProcess } from "./attacked-process.ts";
import { problemOfAnswer } from "./judge.ts";
import { opCases } from "./op-cases.ts";
import { type OpRequest, opRequest } from "./op-request.ts";
import { inputsOf } from "./schema-values.ts";

const lanes = 24;
const modelName = "opencode/short";

/** The same calls over HTTP, to a real server process; the chat is among them. */
export const attackHttp: Attack = {
  name: "http",
  cases: { quick: 2_000, full: 40_000 },
  run: (cases, trial) =>
    onAttackedProcess(async (attacked) => {
      const ops = await servedOps(attacked.url);
      const requests = fc.oneof(
        { weight: 10, arbitrary: opCases(ops, attacked.folder, modelName).map(opRequest) },
        { weight: 1, arbitrary: chats },
      );
      await tryAll(sampled(requests, trial.seed, cases), lanes, trial, (request) => tryRequest(attacked, request, trial));
      const illness = await attacked.illness();
      trial.judged(() => "the server afterwards", illness);
      await attacked.secondLife(trial);
    }),
};

/** What is declared, as far as the server has it. */
export async function servedOps(url: string): Promise<readonly Op[]> {
  const { paths } = (await (await fetch(`${url}/openapi.json`)).json()) as { paths: { [path: string]: object } };
  return allOps.filter(({ http }) => http.path.replaceAll(/:(\w+)/g, "{$1}") in paths);
}

const chats: fc.Arbitrary<OpRequest> = inputsOf(chatRequest, {
  message: fc.constantFrom("Hello.", "What now?"),
  conversationId: fc.constantFrom("c1", "c2", "c3", "c4", "c5"),
  model: fc.constantFrom(modelName, "nobody/nothing"),
  images: fc.constant([]),
}).map((chat) => ({ method: "POST", path: chatPath, body: JSON.stringify(chat) ?? "" }));

async function tryRequest({ url, cpu }: AttackedProcess, { method, path, body }: OpRequest, trial: Trial): Promise<void> {
  const point = () => `${method} ${shown(path)} ${shown(body ?? "")}`;
  try {
    using waiting = patience(cpu);
    const answer = await fetch(url + path, { method, signal: waiting.signal, ...(body === undefined ? {} : { body }) });
    const text = await answer.text();
    const isWhole = path !== chatPath || answer.status !== 200 || /"type":"(turn-sealed|error)"[^\n]*\n$/.test(text);
    trial.judged(point, isWhole ? problemOfAnswer(answer.status, text) : `its stream ended with ${text.slice(-300)}`);
  } catch (thrown) {
    trial.judged(point, `no answer: ${thrown}`);
  }
}
