import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { patience, unlessAborted } from "../patience.ts";
import type { Failure } from "../section.ts";
import { databaseIn, startStageServer } from "../server.ts";
import { type When, withCommitHook } from "./commit-hooks.ts";
import { startModel } from "./model.ts";
import { People } from "./people.ts";
import { copyRoom, newRoom } from "./room.ts";
import type { Scene } from "./scene.ts";
import { takeUp } from "./take-up.ts";

export interface Played {
  readonly points: number;
  /** Byte boundaries of the provider's answers at which it was looked whether anything had changed. */
  readonly bytes: number;
  readonly failures: readonly Failure[];
}

export interface Play {
  /** Which of the states to judge, counted from 1 as they come; all unless given. */
  readonly wanted?: (state: number) => boolean;
  /** Ends it after so many. */
  readonly pointsMax?: number;
  readonly signal?: AbortSignal;
}

/**
 * Plays a scene once on a whole server in this process. Before and after every commit, and at every byte of the provider's answers where stored data
 * or what people saw is another than before, the world stands still, and a second server is started on a copy of what the operating system was given
 * until then: what SIGKILL at that place would leave.
 */
export async function playSnapshots(
  scene: Scene,
  { wanted = () => true, pointsMax = Number.POSITIVE_INFINITY, signal: given }: Play = {},
): Promise<Played> {
  await using room = await newRoom();
  await using recovery = await startModel(scene);
  const enough = new AbortController();
  const signal = given === undefined ? enough.signal : AbortSignal.any([given, enough.signal]);
  // The world stands still while it is judged: only where nothing at all happens any more it hangs.
  using waiting = patience(() => 0);
  const failures: Failure[] = [];
  const judgedStates = new Set<string>();
  let people: People | undefined;
  let states = 0;
  let points = 0;
  let bytes = 0;
  let turn: Promise<void> = Promise.resolve();
  const look = async (point: string) => {
    if (people === undefined || signal.aborted) return;
    waiting.renew();
    await people.lookAround();
    const testimony = people.testimony();
    const state = createHash("sha1").update(stateOf(room.folder)).update(JSON.stringify(testimony)).digest("hex");
    if (judgedStates.has(state)) return;
    judgedStates.add(state);
    states += 1;
    if (!wanted(states)) return;
    points += 1;
    await using copy = await copyRoom(room.folder);
    for (const why of await takeUp(copy.folder, recovery, scene, testimony)) failures.push({ point: `${scene.name}, ${point}`, why });
    if (points >= pointsMax) enough.abort();
  };
  // One at a time: two commits of different owners may be under way at once.
  const inTurn = (point: string): Promise<void> => {
    turn = turn.then(() => look(point));
    return turn;
  };
  let commits = 0;
  const hook = (when: When) => inTurn(`${when} commit ${when === "before" ? ++commits : commits}`);
  await using model = await startModel(scene, async (request) => {
    if (people !== undefined) await scene.meanwhile?.(request, people);
  });
  const atEveryByte = (count: number) =>
    model.atByte(count, async () => {
      bytes += 1;
      await inTurn(`at byte ${count}`);
      // Other answers may have been sent meanwhile.
      atEveryByte(model.bytesSent + (scene.byteStride ?? 1));
    });
  atEveryByte(1);
  await using server = await startStageServer({
    folder: room.folder,
    modelUrl: model.url,
    environment: scene.environment ?? {},
    decorate: (storage) => withCommitHook(storage, hook),
  });
  using around = await People.around(server.url, server.socketUrl, scene.conversations);
  people = around;
  await unlessAborted(scene.act(around), AbortSignal.any([waiting.signal, signal])).catch((thrown) => {
    if (!signal.aborted) failures.push({ point: scene.name, why: `the scene does not end: ${thrown}` });
  });
  await inTurn("at the end");
  people = undefined;
  return { points, bytes, failures };
}

function stateOf(folder: string): Buffer {
  const path = databaseIn(folder);
  const wal = (() => {
    try {
      return readFileSync(`${path}-wal`);
    } catch {
      // The log has moved into the file.
      return Buffer.alloc(0);
    }
  })();
  return Buffer.concat([readFileSync(path), wal]);
}
