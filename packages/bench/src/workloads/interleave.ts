import type { Client } from "../client.ts";
import type { ContestantName, Job, Outcome } from "../contestants/contestant.ts";
import type { Clients } from "../stage.ts";
import { median, medianDifference } from "../statistics.ts";

export type Rounds = { readonly [Name in ContestantName]: readonly Outcome[] };

export interface Interleaving {
  readonly rounds: number;
  /** Rounds before those that count, while the runtimes still compile. */
  readonly warmUp: number;
  job(name: ContestantName): Job;
  /** Stands around our server's part of each round that counts. */
  around?(perform: () => Promise<Outcome>): Promise<Outcome>;
}

/** Floor, `streamText`, our server, and again: what disturbs the machine disturbs all three alike. */
export async function interleave(
  clients: Clients,
  { rounds, warmUp, job, around = (perform) => perform() }: Interleaving,
): Promise<Rounds> {
  const outcomes = { floor: [] as Outcome[], streamText: [] as Outcome[], dispatch: [] as Outcome[] };
  for (let round = -warmUp; round < rounds; round += 1) {
    const counts = round >= 0;
    const perform = (name: ContestantName, client: Client) => client.perform(job(name));
    const floor = await perform("floor", clients.floor);
    const streamText = await perform("streamText", clients.streamText);
    const ours = () => perform("dispatch", clients.dispatch);
    const dispatch = await (counts ? around(ours) : ours());
    if (!counts) continue;
    outcomes.floor.push(floor);
    outcomes.streamText.push(streamText);
    outcomes.dispatch.push(dispatch);
  }
  return outcomes;
}

export const oneTurn = (order: Job["order"]): Job => ({ order, streams: 1, startWithinMs: 0 });

/** The floor's own time, what the others add to it, and how our addition compares. */
export function added(rounds: Rounds) {
  const floor = totals(rounds.floor);
  const streamText = medianDifference(totals(rounds.streamText), floor);
  const dispatch = medianDifference(totals(rounds.dispatch), floor);
  return { floor: median(floor), streamText, dispatch, measured: dispatch / streamText };
}

export const totals = (outcomes: readonly Outcome[]): readonly number[] => outcomes.map(({ totalMs }) => totalMs);

export const allTotals = ({ floor, streamText, dispatch }: Rounds) => ({
  floor: totals(floor),
  streamText: totals(streamText),
  dispatch: totals(dispatch),
});

/** A measurement of a stream that lost something would be a measurement of nothing. */
export function assertWhole(rounds: Rounds, deltas: number): void {
  for (const [name, outcomes] of Object.entries(rounds)) {
    const broken = outcomes.find((outcome) => outcome.deltas !== deltas || outcome.outOfOrder > 0);
    if (broken) throw new Error(`${name} received ${broken.deltas} of ${deltas} deltas, ${broken.outOfOrder} of them out of order`);
  }
}
