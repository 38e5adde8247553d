/** What a conversation should be after any order of calls: the whole of its rules, without time, storage or streams. */
export class ActorModel {
  readonly log: string[] = [];
  view: string[] = [];
  queue: string[] = [];
  status: "none" | "active" | "idle" | "closed" = "none";
  sealed = 0;
  /** Of the running turn. */
  #turn: { resumes: number } | undefined;

  get isActive(): boolean {
    return this.#turn !== undefined;
  }

  /** `false`: refused, a turn runs. */
  send(text: string): boolean {
    if (this.#turn !== undefined) return false;
    this.#begin(text);
    return true;
  }

  /** `true`: it started a turn. */
  enqueue(text: string): boolean {
    if (this.send(text)) return true;
    this.queue.push(text);
    return false;
  }

  /** `false`: nothing waits there any more. */
  cancel(text: string): boolean {
    const waits = this.queue.includes(text);
    this.queue = this.queue.filter((queued) => queued !== text);
    return waits;
  }

  /** The model calls a tool and will be asked again; what waits steers it. */
  step(call: string): void {
    this.#append(`assistant ${call}`, `tool ${call}`);
    if (this.queue.length > 0) this.#append(`user ${this.#drained()}`);
  }

  /** The model has answered, or failed: either way the turn is sealed and what waits opens the next. */
  end(said: string): void {
    this.#append(`assistant ${said}`);
    this.#seal();
    if (this.queue.length > 0) this.#begin(this.#drained());
  }

  /** `false`: no turn ran. What waits goes on waiting. */
  stop(): boolean {
    const ran = this.#turn !== undefined;
    if (ran) this.#seal();
    return ran;
  }

  close(): boolean {
    const ran = this.stop();
    this.queue = [];
    this.status = "closed";
    return ran;
  }

  /** Puts a summary in the place of the view's first messages; a call takes its result along. */
  fold(count: number, summary: string): void {
    const takesResult = this.view[count]?.startsWith("tool") === true;
    this.log.push(`system ${summary}`);
    this.view = [`system ${summary}`, ...this.view.slice(takesResult ? count + 1 : count)];
  }

  /** The process is gone and another one begins: a turn is taken up, unless its processes die of it. */
  crash(): void {
    if (this.#turn === undefined) return;
    this.#turn.resumes++;
    if (this.#turn.resumes <= 3) return;
    this.end("interrupted");
  }

  #begin(text: string): void {
    this.#append(`user ${text}`);
    this.status = "active";
    this.#turn = { resumes: 0 };
  }

  #seal(): void {
    this.#turn = undefined;
    this.status = "idle";
    this.sealed++;
  }

  #drained(): string {
    const joined = this.queue.join("\n\n");
    this.queue = [];
    return joined;
  }

  #append(...lines: readonly string[]): void {
    this.log.push(...lines);
    this.view.push(...lines);
  }
}
