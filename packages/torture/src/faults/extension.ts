import { CallTool, defineExtension, type Extension, type Host } from "@dispatch/kernel";
import {
  QueueChanged,
  ShapeFolder,
  ShapeLoop,
  ShapeModel,
  ShapeStep,
  ShapeTurn,
  StatusChanged,
  StepNotes,
  TakeSubmission,
  TurnSealed,
  TurnStarted,
} from "@dispatch/session-orchestrator/contract";
import type { People } from "../crash/people.ts";
import { scenes } from "../crash/scenes.ts";
import { hastyClock } from "./clocks.ts";
import { type FaultFamily, inOrder, untilNoneFires } from "./family.ts";
import { tryOut } from "./trial.ts";

/** `open`: the turn goes on as if nothing had been. `closed`: what was guarded does not happen. */
type Failing = "open" | "closed";

interface Hook {
  readonly fails: Failing;
  listen(host: Host, strike: () => void): void;
}

const transforms = { ShapeTurn, ShapeStep, StepNotes, ShapeModel, ShapeFolder, ShapeLoop };
const notifies = { TurnStarted, TurnSealed, StatusChanged, QueueChanged };

const hooks: { readonly [name: string]: Hook } = {
  ...Object.fromEntries(
    Object.entries(transforms).map(([name, token]) => [
      name,
      {
        fails: "open" as const,
        listen: (host: Host, strike: () => void) =>
          void host.on(token as typeof ShapeTurn, (value) => {
            strike();
            return value;
          }),
      },
    ]),
  ),
  ...Object.fromEntries(
    Object.entries(notifies).map(([name, token]) => [
      name,
      { fails: "open" as const, listen: (host: Host, strike: () => void) => void host.on(token as typeof TurnStarted, () => strike()) },
    ]),
  ),
  CallTool: {
    fails: "closed",
    listen: (host, strike) =>
      void host.on(CallTool, (call, next) => {
        strike();
        return next(call);
      }),
  },
  TakeSubmission: {
    fails: "closed",
    listen: (host, strike) =>
      void host.on(TakeSubmission, (submission, next) => {
        strike();
        return next(submission);
      }),
  },
};

const extensionOf = (id: string, activate: Extension["activate"]): Extension =>
  defineExtension({
    id,
    version: "1.0.0",
    apiVersion: "1",
    tier: "standard",
    dependsOn: ["session-orchestrator"],
    capabilities: [],
    activate,
  });

/** A throw at the n-th firing of each hook, and extensions that break while they begin, work and end. */
export const extensionFaults: FaultFamily = {
  name: "extension",
  async run(campaign) {
    const { signal, tried } = campaign;
    for (const [name, hook] of inOrder(Object.entries(hooks), campaign))
      await untilNoneFires(campaign, { quick: 3 }, async (n) => {
        const { fired, wrong } = await throwAt(hook, n);
        if (fired) tried(`a throw in ${name}, firing ${n}`, wrong);
        return fired;
      });
    for (const [name, extension] of Object.entries(broken)) {
      if (signal.aborted) return;
      tried(name, await tryOut({ scene: toolsScene, further: [extension], clock: hastyClock(20), hold: endedWell }));
    }
  },
};

const toolsScene = scenes.find(({ name }) => name === "tools") ?? scenes[0] ?? raise("there is no scene");

async function throwAt({ fails, listen }: Hook, nth: number) {
  let firings = 0;
  let armed = false;
  let fired = false;
  const strike = () => {
    if (armed) firings += 1;
    if (!armed || firings !== nth) return;
    fired = true;
    raise("the extension is broken");
  };
  const breaker = extensionOf("torture-breaker", (host) => listen(host, strike));
  const wrong = await tryOut({
    scene: toolsScene,
    further: [breaker],
    arm: () => {
      armed = true;
    },
    disarm: () => {
      armed = false;
    },
    hold: (people) => (fails === "open" ? endedWell(people) : []),
  });
  return { fired, wrong };
}

function endedWell(people: People): readonly string[] {
  const events = people.testimony().watchers.flatMap(({ events: seen }) => seen);
  const done = events.find(({ type }) => type === "done");
  return done?.type === "done" && done.reason === "stop" ? [] : [`the turn did not end well: ${JSON.stringify(done)}`];
}

const forever = () => new Promise<void>(() => {});

const broken: { readonly [name: string]: Extension } = {
  "a throw in activate": extensionOf("torture-throws", () => raise("it cannot begin")),
  "a rejection in activate": extensionOf("torture-rejects", () => Promise.reject(new Error("it cannot begin"))),
  "a hang in activate": extensionOf("torture-hangs", forever),
  "a task that throws": extensionOf("torture-task", (host) => void host.spawn("breaks", async () => raise("the task is broken"))),
  "a task that hears no signal": extensionOf("torture-deaf", (host) => void host.spawn("hangs", forever)),
  "a belonging that throws when it ends": extensionOf(
    "torture-belonging",
    (host) => void host.own({ [Symbol.dispose]: () => raise("it cannot end") }),
  ),
};

function raise(sentence: string): never {
  throw new Error(sentence);
}
