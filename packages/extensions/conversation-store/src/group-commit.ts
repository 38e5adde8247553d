import { asFault, type Clock, type Fault, type Store, type Write } from "@dispatch/kernel";
import type { TailRows, TailShare } from "./tail-rows.ts";

export interface Share extends TailShare {
  readonly writes: readonly Write[];
}

/** One conversation's part in a commit. */
export interface Member {
  /** Everything staged until now; it counts as under way until `landed` or `failed`. Not called again after `failed`, whatever was enlisted meanwhile. `tailRow` is the number of the row that takes the items. */
  take(tailRow: number): Share;
  landed(): void;
  failed(fault: Fault): void;
}

const windowMsMax = 5;
/** Commits may take about a tenth of the time: the window is ten times what a commit costs. */
const windowPerCost = 10;
const costWeight = 0.2;

/**
 * Commits what all conversations have staged together: one transaction for what arrives within a window. Members land in the order they
 * enlisted, one group at a time. When a group is refused its members commit alone, so that one member's fault stays its own.
 */
export class GroupCommit {
  readonly #store: Store;
  readonly #tails: TailRows;
  readonly #clock: Clock;
  readonly #members = new Set<Member>();
  #costMs = 0;
  #timer: AbortController | undefined;
  #running = false;
  #urgent = false;

  constructor(store: Store, tails: TailRows, clock: Clock) {
    this.#store = store;
    this.#tails = tails;
    this.#clock = clock;
  }

  enlist(member: Member, when: "now" | "soon"): void {
    this.#members.add(member);
    if (when === "soon") {
      this.#arm();
      return;
    }
    if (this.#urgent) return;
    this.#urgent = true;
    this.#timer?.abort(null);
    this.#timer = undefined;
    // In the next microtask, so that what else is staged in this one goes along.
    if (!this.#running) void Promise.resolve().then(() => this.#flush());
  }

  #arm(): void {
    if (this.#timer !== undefined || this.#running || this.#urgent) return;
    const timer = new AbortController();
    this.#timer = timer;
    void this.#clock.sleep(Math.min(windowMsMax, this.#costMs * windowPerCost), timer.signal).then(() => {
      if (this.#timer !== timer) return;
      this.#timer = undefined;
      return this.#flush();
    });
  }

  async #flush(): Promise<void> {
    if (this.#running) return;
    this.#running = true;
    do {
      this.#urgent = false;
      const group = [...this.#members];
      this.#members.clear();
      const from = this.#clock.monotonic();
      await this.#commit(group);
      this.#costMs += costWeight * (this.#clock.monotonic() - from - this.#costMs);
    } while (this.#urgent);
    this.#running = false;
    if (this.#members.size > 0) this.#arm();
  }

  async #commit(group: readonly Member[]): Promise<void> {
    const tailRow = this.#tails.next;
    const shares = group.map((member) => ({ member, share: member.take(tailRow) }));
    const fault = await this.#write(shares.map(({ share }) => share));
    if (fault === undefined) {
      for (const { member } of shares) member.landed();
      return;
    }
    const [only, ...others] = shares;
    if (only !== undefined && others.length === 0) {
      this.#fail(only.member, fault);
      return;
    }
    for (const { member, share } of shares) {
      const why = await this.#write([share]);
      if (why === undefined) member.landed();
      else this.#fail(member, why);
    }
  }

  /** What it has staged meanwhile stands behind what is lost: it lands never. */
  #fail(member: Member, fault: Fault): void {
    this.#members.delete(member);
    member.failed(fault);
  }

  async #write(shares: readonly Share[]): Promise<Fault | undefined> {
    const tail = this.#tails.stage(shares);
    const writes = [...shares.flatMap((share) => share.writes), ...tail.writes];
    try {
      if (writes.length > 0) await this.#store.commit(writes);
    } catch (thrown) {
      return asFault(thrown, "conversation-store/commit");
    }
    tail.landed();
    return undefined;
  }
}
