import type { Contestant, ContestantName, Job } from "./contestant.ts";
import { perform } from "./perform.ts";

/** A process a contestant: takes jobs from its parent one after another and lives as long as the parent does. */
const [name, url = ""] = process.argv.slice(2);
const contestant = await make(name as ContestantName);
process.on("message", async (job: Job) => {
  const outcome = await perform(contestant, job);
  process.send?.(outcome);
});
process.on("disconnect", () => process.exit(0));
process.send?.("ready");

/** Imported only where it is used, so that one contestant's library is not in the memory of another. */
async function make(name: ContestantName): Promise<Contestant> {
  switch (name) {
    case "floor":
      return (await import("./floor.ts")).floor(url);
    case "streamText":
      return (await import("./stream-text.ts")).streamTextContestant(url);
    case "dispatch":
      return (await import("./dispatch.ts")).dispatch(url);
  }
}
