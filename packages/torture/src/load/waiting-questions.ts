import { readsModel } from "@dispatch/bench";

/** Turns that wait for a person to allow a call. */
export interface WaitingQuestions {
  readonly asked: number;
  /** Allows all; gives what did not come out as it should. */
  answer(): Promise<readonly string[]>;
}

const policyPath = "/conversations/{conversationId}/policy";
const pollMs = 100;
const askedWithinMs = 60_000;

/** Starts turns whose one tool call is to be asked about, and resolves when all of them are. */
export async function askQuestions(url: string, count: number): Promise<WaitingQuestions> {
  const { paths } = (await (await fetch(`${url}/openapi.json`)).json()) as { paths: object };
  if (!(policyPath in paths)) return { asked: 0, answer: async () => [`nothing could be asked: the server has no ${policyPath}`] };
  const rule = { effect: "ask", tool: "read_file", scope: "conversation" };
  const names = Array.from({ length: count }, (_, at) => `waits-${at}`);
  await Promise.all(names.map((name) => send(url, "PUT", policyPath.replace("{conversationId}", name), { rules: [rule] })));
  const turns = names.map(async (conversationId) => {
    const response = await fetch(`${url}/chat`, {
      method: "POST",
      // Bun gives up a silent answer after five minutes, and nothing is said while a person is waited for.
      timeout: false,
      body: JSON.stringify({ conversationId, message: "Read it.", model: `opencode/${readsModel(1, 1)}` }),
    });
    return response.text();
  });
  const giveUpAtMs = performance.now() + askedWithinMs;
  while ((await waiting(url)).length < count) {
    if (performance.now() > giveUpAtMs)
      throw new Error(`only ${(await waiting(url)).length} of ${count} questions were asked within ${askedWithinMs} ms`);
    await Bun.sleep(pollMs);
  }
  return {
    asked: count,
    async answer() {
      const still = await waiting(url);
      const problems = still.length === count ? [] : [`${still.length} of ${count} questions waited to the end`];
      await send(url, "POST", "/approvals/answers", { answers: still.map(({ id }) => ({ approvalId: id, allow: true, scope: "once" })) });
      const ends = await Promise.all(turns);
      return [
        ...problems,
        ...ends.filter((text) => !text.includes('"turn-sealed"')).map((text) => `a turn that had waited ended with ${text.slice(-300)}`),
      ];
    },
  };
}

interface Waiting {
  readonly id: string;
}

async function waiting(url: string): Promise<readonly Waiting[]> {
  const { approvals } = (await (await fetch(`${url}/approvals`)).json()) as { approvals: readonly Waiting[] };
  return approvals;
}

async function send(url: string, method: string, path: string, body: object): Promise<void> {
  const answer = await fetch(url + path, { method, body: JSON.stringify(body), headers: { "content-type": "application/json" } });
  if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}: ${await answer.text()}`);
  await answer.text();
}
