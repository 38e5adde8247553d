import { openAiCompatible } from "@dispatch/ai-sdk-model";
import { type ModelPart, type Provider, Providers } from "@dispatch/kernel";
import { type ModelServer, modelRequest, startModelServer } from "@dispatch/testkit";
import fc from "fast-check";
import { type Attack, sampled, type Trial, tryAll } from "./attack.ts";
import { problemOfCall } from "./judge.ts";
import { type HostileAnswer, hostileAnswers } from "./stream-bytes.ts";
import { startWholeServer } from "./whole-server.ts";

const lanes = 16;
/** After so many answers a new server takes over: it keeps every request that it got. */
const answersOfOneServer = 4_000;

/** Answers of providers over HTTP, to every provider of the server: a stream of parts that ends once, whatever comes. */
export const attackProviders: Attack = {
  name: "provider streams",
  cases: { quick: 1_000, full: 40_000 },
  async run(cases, trial) {
    for (let made = 0; made < cases && !trial.signal.aborted; made += answersOfOneServer) {
      await tryProviders({ ...trial, seed: trial.seed + made }, Math.min(answersOfOneServer, cases - made));
    }
  },
};

async function tryProviders(trial: Trial, cases: number): Promise<void> {
  const answers = new Map<string, HostileAnswer>();
  await using model = await startModelServer({
    script: ({ body }) => scripted(answers.get(/case-(\d+)-/.exec(JSON.stringify(body))?.[1] ?? "")),
  });
  await using server = await startWholeServer({ environment: providersAt(model) });
  const providers = server.host.gather(Providers).filter(({ id }) => id !== "attacked" && id !== "offline");
  const rows = fc.tuple(fc.constantFrom(...providers), hostileAnswers);
  let number = 0;
  await tryAll(sampled(rows, trial.seed, cases), lanes, trial, async ([provider, answer]) => {
    const id = String(number++);
    answers.set(id, answer);
    trial.judged(() => `${provider.id} ${shownAnswer(answer)}`, await problemOfCall(() => ask(provider, `case-${id}-`)));
    answers.delete(id);
  });
}

const providersAt = ({ url }: ModelServer) => ({
  ...{
    DISPATCH_API_KEY: "k",
    DISPATCH_BASE_URL: url,
    UMANS_API_KEY: "k",
    UMANS_BASE_URL: url,
    OPENAI_API_KEY: "k",
    DISPATCH_OPENAI_BASE_URL: url,
  },
  ...{ DISPATCH_CLAUDE_CREDENTIAL: "claude", DISPATCH_CLAUDE_CREDENTIAL_KEY: "k", DISPATCH_ANTHROPIC_BASE_URL: url },
  ...{ GEMINI_API_KEY: "k", DISPATCH_GOOGLE_BASE_URL: url },
});

const scripted = (answer: HostileAnswer | undefined) =>
  answer === undefined
    ? ""
    : { status: answer.status, headers: answer.headers, steps: [...answer.pieces, ...(answer.cut ? (["cut"] as const) : [])] };

/** The same answers without a network between, in numbers that no network carries. */
export const attackStreams: Attack = {
  name: "stream bytes",
  cases: { quick: 5_000, full: 150_000 },
  async run(cases, trial) {
    await tryAll(sampled(hostileAnswers, trial.seed, cases), lanes, trial, async (answer) => {
      const provider = openAiCompatible({ id: "attacked", baseUrl: "http://127.0.0.1:1/v1", fetch: async () => responseOf(answer) });
      trial.judged(() => shownAnswer(answer), await problemOfCall(() => ask(provider, "Hello.")));
    });
  },
};

function responseOf({ status, headers, pieces, cut }: HostileAnswer): Response {
  const left = [...pieces];
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      const piece = left.shift();
      if (piece !== undefined) controller.enqueue(piece);
      else if (cut) controller.error(new Error("The socket connection was closed unexpectedly."));
      else controller.close();
    },
  });
  return new Response(body, { status, headers });
}

/** Throws when the parts are not what a model owes: one end, and that is last. */
async function ask(provider: Provider, text: string): Promise<void> {
  const parts: ModelPart[] = [];
  for await (const part of provider.model("m").stream(modelRequest({ system: text }), new AbortController().signal)) parts.push(part);
  const ends = parts.flatMap((part, at) => (part.type === "error" || part.type === "finish" ? [at] : []));
  if (ends.length !== 1 || ends[0] !== parts.length - 1) throw new Error(`a stream of ${parts.length} parts has its ends at ${ends}`);
  const last = parts.at(-1);
  if (last?.type === "error" && last.kind === "defect") throw new Error(`it failed as a defect of ours: ${last.message}`);
}

const shownBytesMax = 1_500;

const shownAnswer = ({ status, headers, pieces, cut }: HostileAnswer): string =>
  `${status} ${JSON.stringify(headers)}${cut ? " cut" : ""} in ${pieces.length} pieces, base64 ${Buffer.concat(pieces).subarray(0, shownBytesMax).toString("base64")}`;
