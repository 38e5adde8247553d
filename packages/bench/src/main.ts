import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { repositoryRoot } from "./children.ts";
import type { Finding } from "./finding.ts";
import { machineFacts, machineLine } from "./machine.ts";
import { type Options, parseOptions, usage } from "./options.ts";
import { clearStage, onStage } from "./stage.ts";
import { table } from "./table.ts";
import { shortTurn } from "./workloads/w1-short-turn.ts";
import { longStream } from "./workloads/w2-long-stream.ts";
import { manyReads } from "./workloads/w3-many-reads.ts";
import { manyConversations } from "./workloads/w4-many-conversations.ts";
import { longConversation } from "./workloads/w5-long-conversation.ts";
import { start } from "./workloads/w6-start.ts";
import { sigkill } from "./workloads/w7-sigkill.ts";
import { manyWatchers } from "./workloads/w8-many-watchers.ts";
import type { Workload, WorkloadReport } from "./workloads/workload.ts";

/** In `bin/bench`: measures, prints the table, writes the JSON. Ends with 1 when a workload could not run; a missed aim is no failure. */
const workloads: readonly Workload[] = [
  shortTurn,
  longStream,
  manyReads,
  manyConversations,
  longConversation,
  start,
  sigkill,
  manyWatchers,
];

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.on(signal, () => void clearStage().then(() => process.exit(130)));
}

const options = optionsOrExit();
const machine = machineFacts();
console.log(machineLine(machine));
const startedAt = new Date().toISOString();
const reports: { [id: string]: WorkloadReport | { readonly failed: string } } = {};
const findings: Finding[] = [];

for (const workload of workloads.filter(({ id }) => options.only.includes(id))) {
  const rounds = options.rounds ?? (options.quick ? workload.rounds.quick : workload.rounds.usual);
  console.error(`${workload.id} ${workload.title}: ${rounds} rounds …`);
  try {
    const report = await onStage({ rounds, serverEntry: options.server }, workload.run);
    reports[workload.id] = report;
    findings.push(...report.findings);
  } catch (thrown) {
    const failed = thrown instanceof Error ? thrown.message : String(thrown);
    reports[workload.id] = { failed };
    process.exitCode = 1;
    console.error(`${workload.id} could not run: ${failed}`);
  }
}

if (findings.length > 0) console.log(`\n${table(findings)}\n`);
await mkdir(dirname(options.out), { recursive: true });
await Bun.write(options.out, `${JSON.stringify({ startedAt, machine, options, findings, reports }, null, 2)}\n`);
console.log(options.out);

function optionsOrExit(): Options {
  try {
    const parsed = parseOptions(process.argv.slice(2), repositoryRoot, new Date());
    if (parsed !== "help") return parsed;
    console.log(usage);
    process.exit(0);
  } catch (thrown) {
    console.error(`${thrown instanceof Error ? thrown.message : thrown}\n\n${usage}`);
    process.exit(2);
  }
}
