import type { Tool } from "../contracts/tool.ts";
import type { DispatchPolicy } from "../contracts/turn.ts";
import type { JudgedCall } from "./judge-call.ts";
import { type CallOutcome, type CallSurroundings, runCall } from "./run-call.ts";

interface Job {
  readonly call: JudgedCall;
  readonly tool: Tool;
  outcome?: CallOutcome;
}

/**
 * Runs the calls of one step in their order. Reads start while the model still streams when the policy says so, and may overlap; a write
 * starts only after a clean end of the stream and runs alone. Equal calls run once and share their outcome.
 */
export class CallDesk {
  readonly #policy: DispatchPolicy;
  readonly #surroundings: CallSurroundings;
  readonly #ring: () => void;
  readonly #jobs = new Map<string, Job>();
  readonly #waiting: Job[] = [];
  #stage: "streaming" | "clean" | "unclean" = "streaming";
  #running = 0;
  #writing = false;

  constructor(policy: DispatchPolicy, surroundings: CallSurroundings, ring: () => void) {
    this.#policy = policy;
    this.#surroundings = surroundings;
    this.#ring = ring;
  }

  /** Something runs. Once the stream has ended, what does not run by then never will. */
  get isBusy(): boolean {
    return this.#running > 0;
  }

  add(call: JudgedCall): void {
    if ("problem" in call.ground || this.#jobs.has(call.key)) return;
    const job = { call, tool: call.ground.tool };
    this.#jobs.set(call.key, job);
    this.#waiting.push(job);
    this.#startWhatMay();
  }

  /** The model's stream has ended. After an unclean end nothing more starts. */
  release(clean: boolean): void {
    this.#stage = clean ? "clean" : "unclean";
    this.#startWhatMay();
  }

  /** `undefined`: the call has not run. */
  outcomeOf(call: JudgedCall): CallOutcome | undefined {
    return this.#jobs.get(call.key)?.outcome;
  }

  #startWhatMay(): void {
    for (let job = this.#waiting[0]; job !== undefined && this.#mayStart(job); job = this.#waiting[0]) {
      this.#waiting.shift();
      void this.#run(job);
    }
  }

  #mayStart({ tool }: Job): boolean {
    if (this.#surroundings.stop.reason !== undefined || this.#stage === "unclean") return false;
    if (this.#stage === "streaming" && !(this.#policy.eager && tool.effect === "read")) return false;
    if (tool.effect === "write") return this.#running === 0;
    return !this.#writing && (this.#policy.maxConcurrent === 0 || this.#running < this.#policy.maxConcurrent);
  }

  async #run(job: Job): Promise<void> {
    const { call, tool } = job;
    this.#running += 1;
    this.#writing = tool.effect === "write";
    job.outcome = await runCall({ id: call.id, tool, input: call.input }, this.#surroundings);
    this.#running -= 1;
    this.#writing = false;
    this.#startWhatMay();
    this.#ring();
  }
}
