import { mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { endChildren, firstLine, startChild } from "../children.ts";
import { startModel } from "../crash/model.ts";
import { People } from "../crash/people.ts";
import { newRoom } from "../crash/room.ts";
import { scenes } from "../crash/scenes.ts";
import { takeUp } from "../crash/take-up.ts";
import type { Failure, Section, SectionOptions } from "../section.ts";
import { collectTwice } from "./collectors.ts";
import { hardLinkTo, type Name, namesOf } from "./names.ts";

/**
 * Somebody starts a second server on the database of one that works: it is refused with a sentence, and the first never notices. A second collector of
 * one journal is let in: what both store is stored once.
 */
export const twoServers: Section = {
  name: "two-servers",
  async run(options) {
    const beganMs = performance.now();
    try {
      const { points, failures } = await refuseAll(options);
      return { points, failures, seconds: (performance.now() - beganMs) / 1_000 };
    } finally {
      await endChildren();
    }
  },
};

const scene = scenes[0] ?? raise("there is no scene");
const collectedMax = 50_000;
const collectedQuick = 2_000;
const refusals = ["storage-sqlite/locked", "storage-sqlite/second-name"];
const doomed = join(import.meta.dirname, "../crash/doomed-server.ts");

async function refuseAll({ quick, signal, say }: SectionOptions) {
  await using room = await newRoom();
  const elsewhere = await realpath(await mkdtemp(join(tmpdir(), "dispatch-torture-")));
  await using _ = { [Symbol.asyncDispose]: () => rm(elsewhere, { recursive: true, force: true }) };
  await using model = await startModel(scene);
  const first = startChild(doomed);
  first.stdin.write(`${JSON.stringify({ folder: room.folder, modelUrl: model.url, environment: {} })}\n`);
  first.stdin.flush();
  const { url, socketUrl } = JSON.parse(await firstLine(first)) as { readonly url: string; readonly socketUrl: string };
  using people = await People.around(url, socketUrl, ["c1"]);
  const failures: Failure[] = [];
  let points = 0;
  const tryAll = async (names: readonly Name[], when: string) => {
    for (const name of names) {
      if (signal.aborted) return;
      points += 1;
      for (const why of await refuse(name)) failures.push({ point: `${name.what}, ${when}`, why });
    }
  };
  const names = await namesOf(room.folder, elsewhere);
  await tryAll(names, "idle");
  const loaded = new AbortController();
  const load = work(people, loaded.signal);
  for (let round = 0; round < (quick ? 1 : 5); round++) await tryAll(names, "under load");
  await tryAll([await hardLinkTo(room.folder, elsewhere)], "under load");
  loaded.abort();
  for (const why of await load) failures.push({ point: "the first server", why });
  say(`${points} second servers`);
  await people.lookAround();
  const testimony = people.testimony();
  first.kill("SIGKILL");
  await first.exited;
  await rm(join(elsewhere, "hard.db"), { force: true });
  points += 1;
  for (const why of await takeUp(room.folder, model, scene, testimony)) failures.push({ point: "the first one's data afterwards", why });
  if (signal.aborted) return { points, failures };
  points += 1;
  const records = quick ? collectedQuick : collectedMax;
  for (const why of await collectTwice(records)) failures.push({ point: `two collectors, ${records} records`, why });
  return { points, failures };
}

/** Turn after turn, until nobody wants more. */
async function work(people: People, signal: AbortSignal): Promise<readonly string[]> {
  const wrong: string[] = [];
  while (!signal.aborted) {
    const events = await people.say("c1", "Copy the greeting.");
    if (events.at(-1)?.type !== "turn-sealed") wrong.push(`a turn ended with ${JSON.stringify(events.at(-1))}`);
  }
  return wrong;
}

async function refuse({ path, cwd, before = [] }: Name): Promise<readonly string[]> {
  const child = startChild(join(import.meta.dirname, "second-server.ts"), { before, cwd, args: [path] });
  const { opened, code, message } = JSON.parse(await firstLine(child)) as { opened: boolean; code?: string; message?: string };
  await child.exited;
  if (opened) return ["it was opened a second time"];
  if (code === undefined || !refusals.includes(code)) return [`it was refused by ${code}: ${message}`];
  return (message ?? "").length > 20 ? [] : [`the refusal says too little: ${message}`];
}

function raise(sentence: string): never {
  throw new Error(sentence);
}
