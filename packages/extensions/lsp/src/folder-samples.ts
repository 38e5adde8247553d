import { sampleFiles } from "./folders.ts";

/** Folders that are looked through at once. */
const looksMax = 4;

type Samples = ReadonlyMap<string, string>;

/**
 * One file of each ending, by folder. Looking through a large folder takes its time: whoever asks while it is looked through gets what that look
 * finds, and it goes on for the others when one of them has gone.
 */
export class FolderSamples {
  readonly #look: (folder: string) => Promise<Samples>;
  readonly #underWay = new Map<string, Promise<Samples>>();
  readonly #waiting: (() => void)[] = [];
  #looking = 0;

  constructor(look: (folder: string) => Promise<Samples> = sampleFiles) {
    this.#look = look;
  }

  of(folder: string): Promise<Samples> {
    const known = this.#underWay.get(folder);
    if (known !== undefined) return known;
    const look = this.#lookThrough(folder).finally(() => this.#underWay.delete(folder));
    this.#underWay.set(folder, look);
    return look;
  }

  async #lookThrough(folder: string): Promise<Samples> {
    if (this.#looking >= looksMax) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#looking += 1;
    try {
      return await this.#look(folder);
    } finally {
      // Its place goes to the next, if one waits.
      const next = this.#waiting.shift();
      if (next === undefined) this.#looking -= 1;
      else next();
    }
  }
}
