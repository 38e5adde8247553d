import type { ModelServer } from "@dispatch/testkit";
import { patience, unlessAborted } from "../patience.ts";
import type { Failure } from "../section.ts";
import { databaseIn, startStageServer } from "../server.ts";
import { type When, withCommitHook } from "./commit-hooks.ts";
import { beganAnew, type DiskImage, fileStamp, readImage, tears, tornFile, tornLog, writeImage } from "./disk-image.ts";
import { startModel } from "./model.ts";
import { People } from "./people.ts";
import { copyRoom, newRoom } from "./room.ts";
import type { Scene } from "./scene.ts";
import { takeUp } from "./take-up.ts";
import { noTestimony, type Testimony } from "./testimony.ts";

/** `power`: what was shown survives. `process`: only that what is there is whole; it may be older. */
export type Durability = "process" | "power";

export interface PowerOptions {
  readonly durability: Durability;
  /** How often a commit is looked at, from 0 to 1; every moving of the log into the file is. */
  readonly share: number;
  readonly random: () => number;
  /** Ends it after so many. */
  readonly pointsMax?: number;
  readonly signal?: AbortSignal;
}

/**
 * Plays a scene once, and at its commits cuts the power: what was not synced yet is there, is not there, or is there in part, and a server is started on
 * it. With `power` each commit syncs the log before anybody is told; with `process` only moving the log into the file does.
 */
export async function playPowerCuts(scene: Scene, options: PowerOptions): Promise<PowerCuts> {
  await using room = await newRoom();
  const staged = { ...scene, environment: { ...scene.environment, DISPATCH_DB_DURABILITY: options.durability } };
  await using recovery = await startModel(staged);
  let people: People | undefined;
  await using model = await startModel(staged, async (request) => {
    if (people !== undefined) await scene.meanwhile?.(request, people);
  });
  const stage = { folder: room.folder, modelUrl: model.url, environment: staged.environment };
  // A clean end synced everything: the scene begins on firm ground.
  await (await startStageServer(stage))[Symbol.asyncDispose]();
  const cuts = new PowerCuts({ scene: staged, folder: room.folder, recovery, options });
  await using server = await startStageServer({ ...stage, decorate: (storage) => withCommitHook(storage, (when) => cuts.at(when)) });
  using around = await People.around(server.url, server.socketUrl, scene.conversations);
  people = around;
  cuts.begin(around);
  await unlessAborted(scene.act(around), AbortSignal.any([cuts.waiting.signal, cuts.over])).catch((thrown) => {
    if (!cuts.over.aborted) cuts.failures.push({ point: scene.name, why: `the scene does not end: ${thrown}` });
  });
  cuts.end();
  return cuts;
}

interface Place {
  readonly scene: Scene;
  readonly folder: string;
  readonly recovery: ModelServer;
  readonly options: PowerOptions;
}

export class PowerCuts {
  points = 0;
  /** Of them: in the middle of moving the log into the file. */
  whileMoving = 0;
  readonly failures: Failure[] = [];
  /** The world stands still while it is judged: only where nothing at all happens any more it hangs. */
  readonly waiting = patience(() => 0);
  readonly over: AbortSignal;
  readonly #enough = new AbortController();
  readonly #place: Place;
  readonly #path: string;
  /** What lies on the disk for certain since the log last moved. */
  #synced: DiskImage;
  #stamp: string;
  #people: People | undefined;
  #commits = 0;
  #held: { readonly image: DiskImage; readonly testimony: Testimony } | undefined;
  /** One at a time: commits of two owners may be under way at once. */
  #turn: Promise<void> = Promise.resolve();

  constructor(place: Place) {
    this.#place = place;
    const { signal } = place.options;
    this.over = signal === undefined ? this.#enough.signal : AbortSignal.any([signal, this.#enough.signal]);
    this.#path = databaseIn(place.folder);
    this.#synced = readImage(this.#path);
    this.#stamp = fileStamp(this.#path);
  }

  begin(people: People): void {
    this.#people = people;
    this.#stamp = fileStamp(this.#path);
  }

  end(): void {
    this.#people = undefined;
    this.waiting[Symbol.dispose]();
  }

  at(when: When): Promise<void> {
    this.waiting.renew();
    this.#turn = this.#turn.then(() => (when === "before" ? this.#before() : this.#after()));
    return this.#turn;
  }

  async #before(): Promise<void> {
    this.#commits += 1;
    const { random, share } = this.#place.options;
    if (this.#people === undefined || this.over.aborted) return;
    await this.#lookForMove(noTestimony);
    if (random() >= share) return;
    await this.#people.lookAround();
    this.#held = { image: readImage(this.#path), testimony: this.#people.testimony() };
  }

  /** Whether the log has moved into the file since the last look, in a commit or between two. */
  async #lookForMove(promised: Testimony): Promise<boolean> {
    if (fileStamp(this.#path) === this.#stamp) return false;
    const before = this.#synced;
    const now = readImage(this.#path);
    this.#synced = now;
    this.#stamp = fileStamp(this.#path);
    // A log that was begun anew meanwhile had been moved whole: the file is past its danger.
    if (beganAnew(before.log, now.log)) return true;
    this.whileMoving += 1;
    await this.#judge(
      "while the log moves into the file",
      { file: tornFile(before.file, now.file, this.#place.options.random), log: now.log },
      promised,
    );
    return true;
  }

  async #after(): Promise<void> {
    const held = this.#held;
    this.#held = undefined;
    const { random, durability } = this.#place.options;
    if (this.#people === undefined || this.over.aborted) return;
    // Of a commit that nobody looked at beforehand nobody knows what had been shown: it is held to its wholeness.
    const promised = durability === "power" && held !== undefined ? held.testimony : noTestimony;
    if ((await this.#lookForMove(promised)) || held === undefined) return;
    const now = readImage(this.#path);
    const tear = tears[Math.floor(random() * tears.length)] ?? "nothing arrived";
    const ground = durability === "power" ? held.image : this.#synced;
    await this.#judge(tear, { file: now.file, log: tornLog(ground.log, now.log, tear, random) }, promised);
  }

  async #judge(what: string, image: DiskImage, promised: Testimony): Promise<void> {
    const { scene, folder, recovery, options } = this.#place;
    this.points += 1;
    await using copy = await copyRoom(folder);
    writeImage(databaseIn(copy.folder), image);
    const wrong = await takeUp(copy.folder, recovery, scene, promised);
    for (const why of wrong) this.failures.push({ point: `${scene.name}, ${options.durability}, commit ${this.#commits}, ${what}`, why });
    if (this.points >= (options.pointsMax ?? Number.POSITIVE_INFINITY)) this.#enough.abort();
  }
}
