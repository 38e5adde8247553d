import { createSubscriber } from "svelte/reactivity";

const tickMs = 1_000;
const everySecond = createSubscriber((update) => {
  const timer = setInterval(update, tickMs);
  return () => clearInterval(timer);
});

/** Of an effect or a template: it runs again each second. Nothing ticks while nothing reads it. */
export function tickingNow(now: () => number): number {
  everySecond();
  return now();
}
