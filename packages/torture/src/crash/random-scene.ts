import { contentChunk, ending, reasoningChunk, roleChunk, textAnswer, toolCallChunk } from "@dispatch/testkit";
import { randomFrom } from "../random.ts";
import { shownTo, stepsOf } from "./model-view.ts";
import type { People } from "./people.ts";
import type { Scene } from "./scene.ts";

const turnsMax = 3;
const stepsMax = 3;
const callsMax = 3;
const deltasMax = 6;
const deltaCharsMax = 80;

type Random = () => number;
const below = (random: Random, max: number): number => Math.floor(random() * max);

/** Some turns of some steps, while somebody now and then queues, takes back, stops, names: all of it follows from the seed. */
export function randomScene(seed: number): Scene {
  const random = randomFrom(seed);
  const prompts = Array.from({ length: 1 + below(random, turnsMax) }, (_, n) => `Prompt ${n}.`);
  const book = new Map(prompts.map((prompt, n) => [prompt, turnOf(random, `${n}`)]));
  const doings = Array.from({ length: 12 }, () => (random() < 0.4 ? below(random, 4) : undefined));
  const stops = random() < 0.3;
  let requests = 0;
  return {
    name: `random scene ${seed}`,
    conversations: ["c1"],
    steers: true,
    byteStride: 7,
    answer(request) {
      const { prompt, results } = stepsOf(request, ["Go on now.", ...prompts]);
      return book.get(prompt ?? "")?.(results) ?? textAnswer(["Well ", "then."]);
    },
    async meanwhile(request, people) {
      if (shownTo(request).findLast(({ role }) => role === "user")?.content === "Go on now.") return;
      requests += 1;
      await doing(doings[requests], requests, people);
    },
    async act(people) {
      requests = 0;
      for (const prompt of prompts) {
        const said = people.say("c1", prompt);
        if (stops && prompt === prompts.at(-1)) {
          await people.seen("c1", ({ type }) => type === "text-delta");
          await people.stop("c1");
        }
        await said;
        // A queue that waits opens turns of its own; the next prompt comes behind them.
        await people.api.get("/conversations/c1/last?timeoutMs=10000").catch(() => {});
      }
    },
  };
}

async function doing(what: number | undefined, nth: number, people: People): Promise<void> {
  if (what === 0) await people.title("c1", `Title ${nth}`);
  if (what === undefined || what === 0) return;
  const text = `Queued ${nth}.`;
  const id = await people.queue("c1", text);
  if (what === 1 && id !== undefined) await people.cancel("c1", text, id);
}

/** The answer after as many results: each step again until all of its calls have come to an end. */
function turnOf(random: Random, turn: string): (results: number) => string {
  const steps = Array.from({ length: below(random, stepsMax + 1) }, (_, n) => stepOf(random, `${turn}-${n}`));
  const last = roleChunk() + deltasOf(random) + ending("stop");
  return (results) => {
    let until = 0;
    for (const { calls, answer } of steps) {
      until += calls;
      if (results < until) return answer;
    }
    return last;
  };
}

function stepOf(random: Random, id: string): { readonly calls: number; readonly answer: string } {
  const calls = 1 + below(random, callsMax);
  const thoughts = random() < 0.5 ? reasoningChunk(`Thought ${id}. `) : "";
  const called = Array.from({ length: calls }, (_, index) => {
    const isRead = random() < 0.5;
    const input = isRead
      ? { path: "greeting.txt" }
      : { path: `${id}-${index}.txt`, content: "x".repeat(below(random, 4_000)), overwrite: true };
    return toolCallChunk({ index, id: `call-${id}-${index}`, name: isRead ? "read_file" : "write_file", arguments: JSON.stringify(input) });
  });
  return { calls, answer: roleChunk() + thoughts + (random() < 0.7 ? deltasOf(random) : "") + called.join("") + ending("tool_calls") };
}

const deltasOf = (random: Random): string =>
  Array.from({ length: 1 + below(random, deltasMax) }, (_, n) =>
    contentChunk(`${n} ${"word ".repeat(below(random, deltaCharsMax / 5))}`),
  ).join("");
