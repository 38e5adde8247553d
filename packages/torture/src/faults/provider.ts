import { type Answer, type AnswerStep, chatErrorBody, type ModelServerRequest } from "@dispatch/testkit";
import type { Scene } from "../crash/scene.ts";
import { scenes } from "../crash/scenes.ts";
import { hastyClock } from "./clocks.ts";
import { type FaultFamily, inOrder, untilNoneFires } from "./family.ts";
import { tryOut } from "./trial.ts";

/** What becomes of an answer. `whole` is what should have come. */
type Spoil = (whole: string) => Answer;

const refusal =
  (status: number, headers: { readonly [name: string]: string } = {}): Spoil =>
  () => ({
    status,
    headers: { "content-type": "application/json", ...headers },
    steps: [chatErrorBody(`refused by ${status}`)],
  });
const cutAfter =
  (share: number): Spoil =>
  (whole) => ({ steps: [Buffer.from(whole).subarray(0, Math.floor(whole.length * share)), "cut"] });
const slowPieces = 12;
const slowMs = 15;

const kinds: { readonly [name: string]: Spoil } = {
  "cut before the first byte": () => ({ steps: ["cut"] }),
  "cut in the middle": cutAfter(0.5),
  "cut before its last event": cutAfter(0.97),
  "ended without a finish": (whole) => ({ steps: [whole.slice(0, whole.indexOf('"finish_reason":"'))] }),
  garbage: () => ({ steps: [Buffer.from(Array.from({ length: 4_000 }, (_, n) => (n * 131) % 256))] }),
  "garbage behind a good beginning": (whole) => ({ steps: [whole.slice(0, whole.length / 2), "data: {{{\n\ndata: nothing\n\n\0\0\0"] }),
  "an empty body": () => ({ steps: [] }),
  HTML: () => ({ headers: { "content-type": "text/html" }, steps: ["<html>Welcome</html>"] }),
  "400": refusal(400),
  "401": refusal(401),
  "404": refusal(404),
  "429": refusal(429, { "retry-after": "1" }),
  "500": refusal(500),
  "503": refusal(503),
  slow: (whole) => ({ steps: slowly(whole) }),
  "a stall before the first byte": () => ({ steps: ["stall"] }),
  "a stall in the middle": (whole) => ({ steps: [whole.slice(0, whole.length / 2), "stall"] }),
};

function slowly(whole: string): readonly AnswerStep[] {
  const size = Math.ceil(whole.length / slowPieces);
  return Array.from({ length: slowPieces }, (_, n) => [whole.slice(n * size, (n + 1) * size), { pauseMs: slowMs }]).flat();
}

/** The n-th answer of the model's server is another than it should be. A stall ends by the person's stop. */
export const providerFaults: FaultFamily = {
  name: "provider",
  async run(campaign) {
    const { quick, tried } = campaign;
    const played = scenes.filter(({ name }) => name === "tools" || (!quick && name === "compaction on request"));
    for (const scene of played)
      for (const [kind, spoil] of inOrder(Object.entries(kinds), campaign))
        await untilNoneFires(campaign, { quick: 3 }, async (n) => {
          const { fired, wrong } = await fail(scene, kind, spoil, n);
          if (fired) tried(`${scene.name}: ${kind}, answer ${n}`, wrong);
          return fired;
        });
  },
};

async function fail(scene: Scene, kind: string, spoil: Spoil, nth: number) {
  let asked = 0;
  let armed = true;
  let fired = false;
  let stalled = () => {};
  const stall = new Promise<void>((resolve) => {
    stalled = resolve;
  });
  const answer = (request: ModelServerRequest) => {
    const whole = scene.answer(request);
    asked += 1;
    if (!armed || asked !== nth || typeof whole !== "string") return whole;
    fired = true;
    if (kind.includes("stall")) stalled();
    return spoil(whole);
  };
  const wrong = await tryOut({
    scene: {
      ...scene,
      answer,
      async act(people) {
        void stall.then(() => Bun.sleep(slowMs)).then(() => people.stop("c1"));
        await scene.act(people);
      },
    },
    clock: hastyClock(1_000),
    disarm: () => {
      armed = false;
    },
  });
  return { fired, wrong };
}
