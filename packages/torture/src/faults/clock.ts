import { scenes } from "../crash/scenes.ts";
import { jumpingClock } from "./clocks.ts";
import { type FaultFamily, inOrder, untilNoneFires } from "./family.ts";
import { tryOut } from "./trial.ts";

const dayMs = 86_400_000;
const jumps: { readonly [name: string]: number } = {
  "an hour forward": dayMs / 24,
  "ten years forward": 3_650 * dayMs,
  "a second back": -1_000,
  "ten years back": -3_650 * dayMs,
};

/** The wall clock jumps when it is looked at for the n-th time. */
export const clockFaults: FaultFamily = {
  name: "clock",
  async run(campaign) {
    const { quick, tried } = campaign;
    const played = scenes.filter(({ name }) => name === "tools" || (!quick && name === "queue and steering"));
    for (const scene of played)
      for (const [name, jumpMs] of inOrder(Object.entries(jumps), campaign))
        await untilNoneFires(campaign, { quick: 30, full: 2 }, async (n) => {
          const clock = jumpingClock(n, jumpMs);
          const durations: number[] = [];
          const wrong = await tryOut({
            scene,
            clock,
            arm: () => clock.arm(),
            async hold(people) {
              const { turns } = await people.api.get<{ turns: readonly { durationMs?: number }[] }>("/conversations/c1/metrics");
              durations.push(...turns.map(({ durationMs = 0 }) => durationMs));
              return durations.some((ms) => ms < 0 || ms > dayMs / 24 / 60) ? [`a turn is said to have taken ${durations.join()} ms`] : [];
            },
          });
          const fired = clock.looks >= n;
          if (fired) tried(`${scene.name}: ${name}, look ${n}`, wrong);
          return fired;
        });
  },
};
