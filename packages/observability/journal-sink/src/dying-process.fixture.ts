import { FakeClock } from "@dispatch/testkit";
import { openJournal } from "./index.ts";

// Logs as fast as it can, while slices are on their way, and dies as told: by an exit or by what nobody caught.
const [path = "", way] = process.argv.slice(2);
const journal = await openJournal({ path, clock: new FakeClock(), secrets: () => [], complain: (text) => process.stderr.write(text) });
process.on("exit", () => journal.flushSync());
let count = 0;
const tell = (more: number) => {
  for (const end = count + more; count < end; count += 1) journal.log.info("tick", { count });
};
tell(5_000);
void journal.flush();
setImmediate(() => {
  tell(1_000);
  if (way === "throw") throw new Error("nobody catches this");
  process.exit(3);
});
