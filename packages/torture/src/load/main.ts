import { parseArgs } from "node:util";
import { clearStage } from "@dispatch/bench";
import { failuresOf, reportOf } from "../report.ts";
import { simulateDay } from "./day.ts";
import { fullSoak, soak } from "./soak.ts";

/** In `bin/soak`: the load for so many minutes on a real server, and a day of another on a clock that runs ahead. Ends with 1 when anything failed. */
const usage = `Usage: bin/soak [--minutes N] [--seed N]

  --minutes  how long ${fullSoak.turns} turns and ${fullSoak.sockets} sockets load the server; 30 unless given
  --seed     whatever is random follows from it; printed by every run`;

const { values } = readArguments();
const minutes = Number(values.minutes ?? 30);
const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31));
if (values.help || !(minutes > 0) || !Number.isInteger(seed)) {
  console.log(usage);
  process.exit(values.help ? 0 : 2);
}

const leaving = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.on(signal, () => {
    leaving.abort();
    void clearStage().then(() => process.exit(130));
  });
}
const say = (line: string) => console.error(`${new Date().toISOString().slice(11, 19)} ${line}`);
console.log(`seed ${seed}, ${minutes} minutes, Bun ${Bun.version}`);
const options = { signal: leaving.signal, say };
const campaign = { day: await simulateDay({ ...options, seed, hours: 24 }), load: await soak({ ...fullSoak, ...options, minutes }) };
console.log(reportOf(campaign, seed, false));
process.exit(failuresOf(campaign) > 0 ? 1 : 0);

function readArguments() {
  try {
    return parseArgs({
      options: { minutes: { type: "string" }, seed: { type: "string" }, help: { type: "boolean", short: "h", default: false } },
    });
  } catch (thrown) {
    console.error(`${thrown instanceof Error ? thrown.message : thrown}\n\n${usage}`);
    process.exit(2);
  }
}
