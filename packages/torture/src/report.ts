import type { Failure, SectionReport } from "./section.ts";

/** What one run of the campaign came to, by section. */
export type Campaign = { readonly [section: string]: SectionReport };

const shownMax = 20;

/** A row a section with its counts; the failures, each with what tries it again; and `N points, M failures` at last. */
export function reportOf(campaign: Campaign, seed: number, quick: boolean): string {
  const sections = Object.entries(campaign);
  const rows = sections.map(([name, { points, failures, seconds, counts = {} }]) => {
    const kinds = Object.entries(counts).map(([kind, count]) => `${kind} ${number(count)}`);
    const head = `${name.padEnd(12)} ${number(points).padStart(9)} points ${String(failures.length).padStart(4)} failures ${seconds.toFixed(1).padStart(7)} s`;
    return kinds.length === 0 ? head : `${head}  ${kinds.join(", ")}`;
  });
  const failures = sections.flatMap(([name, { failures: found }]) => lines(name, found, seed, quick));
  return [...rows, ...failures, lastLine(campaign)].join("\n");
}

export const failuresOf = (campaign: Campaign): number => Object.values(campaign).reduce((sum, { failures }) => sum + failures.length, 0);

function lines(section: string, failures: readonly Failure[], seed: number, quick: boolean): readonly string[] {
  if (failures.length === 0) return [];
  const shown = failures.slice(0, shownMax).map(({ point, why }) => `\nFAILED ${section}: ${point}\n  ${why.replaceAll("\n", "\n  ")}`);
  const more = failures.length > shownMax ? [`\n… and ${failures.length - shownMax} more of ${section}`] : [];
  return [...shown, ...more, `again  bin/torture --only ${section}${quick ? " --quick" : ""} --seed ${seed}`];
}

const lastLine = (campaign: Campaign): string => {
  const points = Object.values(campaign).reduce((sum, { points: own }) => sum + own, 0);
  return `${points} points, ${failuresOf(campaign)} failures`;
};

const number = (value: number): string => value.toLocaleString("en-US");
