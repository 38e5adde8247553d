import { SvelteMap } from "svelte/reactivity";

const opened = new SvelteMap<string, boolean>();
const keptMax = 500;

/** Whether a person opened or folded a row: remembered while the row is out of sight and not built. */
export const isOpened = (key: string, otherwise: boolean): boolean => opened.get(key) ?? otherwise;

export function keepOpened(key: string, open: boolean): void {
  opened.set(key, open);
  const [oldest] = opened.keys();
  if (opened.size > keptMax && oldest !== undefined) opened.delete(oldest);
}
