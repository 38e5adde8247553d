import { endChildren } from "../children.ts";
import { randomFrom, sample } from "../random.ts";
import type { Failure, Section, SectionOptions } from "../section.ts";
import { playPowerCuts } from "./power.ts";
import { randomScene } from "./random-scene.ts";
import type { Scene } from "./scene.ts";
import { longTurn, scenes } from "./scenes.ts";
import { type Kill, nameOf, surviveKill } from "./sigkill.ts";
import { playSnapshots } from "./snapshots.ts";

const looked = "byte boundaries looked at";
/** Where nothing had changed, nothing was judged; and a server that outlived its scene proves little. */
const notPoints = [looked, "sigkill at the end"];

interface Tally {
  readonly counts: { [kind: string]: number };
  readonly failures: Failure[];
}

/** Killed at every commit and at the bytes of the provider's answers, in processes and as copies of the disk; and without power. */
export const crash: Section = {
  name: "crash",
  async run(options) {
    const beganMs = performance.now();
    const tally: Tally = { counts: {}, failures: [] };
    try {
      // The killed processes and this one's copies share the cores.
      const ends = await Promise.allSettled([killProcesses(options, tally), copyDisks(options, tally)]);
      // What ran is reported, whatever ended the rest; whoever ends the campaign ends its processes too.
      for (const end of ends)
        if (end.status === "rejected" && !options.signal.aborted)
          tally.failures.push({ point: "the section itself", why: String(end.reason) });
    } finally {
      await endChildren();
    }
    const points = Object.entries(tally.counts).reduce((sum, [kind, ran]) => (notPoints.includes(kind) ? sum : sum + ran), 0);
    return { points, counts: tally.counts, failures: tally.failures, seconds: (performance.now() - beganMs) / 1_000 };
  },
};

const atOnce = 2;
const commitsMax = 60;
const bytesPerScene = 30;

async function killProcesses(
  { quick, seed, signal, say, pointsMax = Number.POSITIVE_INFINITY }: SectionOptions,
  tally: Tally,
): Promise<void> {
  const random = randomFrom(seed);
  const played = quick ? sample(scenes, 3, random) : [...scenes, ...range(4).map((n) => randomScene(seed + n))];
  for (const scene of played) {
    if (signal.aborted || (tally.counts.sigkill ?? 0) >= pointsMax) return;
    const { bytesSent } = await surviveKill(scene, { byte: Number.MAX_SAFE_INTEGER });
    const bytes = range(quick ? 3 : bytesPerScene).map(() => ({ byte: 1 + Math.floor(random() * bytesSent) }));
    const commits = quick ? sample(range(20), 4, random) : range(commitsMax);
    let last = commitsMax;
    await each(atOnce, [...commits.flatMap((n) => [killBefore(n + 1), killAfter(n + 1)]), ...bytes], async (kill) => {
      if (signal.aborted || (tally.counts.sigkill ?? 0) >= pointsMax || ("commit" in kill && kill.commit > last)) return;
      const { killed, wrong } = await surviveKill(scene, kill).catch((thrown: unknown) => ({ killed: true, wrong: [String(thrown)] }));
      if (!killed && "commit" in kill) last = Math.min(last, kill.commit);
      count(tally, killed ? "sigkill" : "sigkill at the end", 1);
      for (const why of wrong) tally.failures.push({ point: `${scene.name}, SIGKILL ${nameOf(kill)}`, why });
    });
    say(`${scene.name}: ${tally.counts.sigkill ?? 0} killed processes so far`);
  }
}

const killBefore = (commit: number): Kill => ({ commit, when: "before" });
const killAfter = (commit: number): Kill => ({ commit, when: "after" });

async function copyDisks({ quick, seed, signal, say, pointsMax }: SectionOptions, tally: Tally): Promise<void> {
  const random = randomFrom(seed + 1);
  const bounded = pointsMax === undefined ? {} : { pointsMax };
  const randomScenes = range(quick ? 1 : 30).map((n) => randomScene(seed + 100 + n));
  const played: readonly Scene[] = quick ? [...sample(scenes, 2, random), ...randomScenes] : [...scenes, ...randomScenes];
  for (const scene of played) {
    if (signal.aborted || (tally.counts["copied disks"] ?? 0) >= (pointsMax ?? Number.POSITIVE_INFINITY)) break;
    const { points, bytes, failures } = await playSnapshots(scene, {
      signal,
      ...bounded,
      ...(quick ? { wanted: (state) => state % 4 === 0 } : {}),
    });
    count(tally, "copied disks", points);
    count(tally, looked, bytes);
    tally.failures.push(...failures);
    say(`${scene.name}: ${points} copied disks, ${bytes} byte boundaries`);
  }
  for (const scene of quick ? [scenes[0] ?? longTurn] : [longTurn, longTurn, ...played])
    for (const durability of ["power", "process"] as const) {
      if (signal.aborted) return;
      const share = quick || scene === longTurn ? 0.5 : 1;
      const cuts = await playPowerCuts(scene, { durability, share, random, signal, ...bounded });
      count(tally, `power cuts (${durability})`, cuts.points);
      tally.failures.push(...cuts.failures);
    }
  say(`power cuts: ${tally.counts["power cuts (power)"] ?? 0} and ${tally.counts["power cuts (process)"] ?? 0}`);
}

function count({ counts }: Tally, kind: string, more: number): void {
  counts[kind] = (counts[kind] ?? 0) + more;
}

const range = (length: number): readonly number[] => Array.from({ length }, (_, index) => index);

/** So many at once, in order of their beginning. */
async function each<Item>(lanes: number, items: readonly Item[], work: (item: Item) => Promise<void>): Promise<void> {
  const rest = items.values();
  const lane = async () => {
    for (const item of rest) await work(item);
  };
  await Promise.all(range(lanes).map(lane));
}
