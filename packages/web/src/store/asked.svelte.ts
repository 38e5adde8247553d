import { ApiFault } from "../protocol/api-fault.ts";

/** One question to the server, and the last answer to it. A fault leaves what is known as it is. */
export class Asked<T> {
  value = $state.raw<T>();
  fault = $state.raw<ApiFault>();
  asking = $state(false);
  readonly #question: () => Promise<T>;
  #latest = 0;

  constructor(question: () => Promise<T>) {
    this.#question = question;
  }

  /** An answer that a later question has overtaken does not count. */
  async again(): Promise<void> {
    const mine = ++this.#latest;
    this.asking = true;
    try {
      const value = await this.#question();
      if (mine !== this.#latest) return;
      this.value = value;
      this.fault = undefined;
    } catch (thrown) {
      if (mine === this.#latest) this.fault = asFault(thrown);
    } finally {
      if (mine === this.#latest) this.asking = false;
    }
  }
}

/** One thing at a time that a person wants done: whether it is under way, and how it ended. */
export class Attempt {
  busy = $state(false);
  fault = $state("");
  /** Shown for a while after it was done. */
  done = $state("");

  /** `false`: it failed, and `fault` says why. */
  async run(work: () => Promise<unknown>, done = "Saved."): Promise<boolean> {
    if (this.busy) return false;
    this.busy = true;
    this.fault = "";
    this.done = "";
    try {
      await work();
      this.done = done;
      return true;
    } catch (thrown) {
      this.fault = asFault(thrown).message;
      return false;
    } finally {
      this.busy = false;
    }
  }
}

const asFault = (thrown: unknown): ApiFault =>
  thrown instanceof ApiFault ? thrown : new ApiFault(String(thrown), { kind: "defect", code: "web/defect", status: 0, cause: thrown });
