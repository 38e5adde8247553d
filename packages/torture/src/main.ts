import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { type Options, parseOptions, usage } from "./options.ts";
import { failuresOf, reportOf } from "./report.ts";
import type { Section, SectionReport } from "./section.ts";

/** In `bin/torture`: runs the sections, prints what ran, and ends with 1 when anything failed. The JSON of the run stays in `.cache/torture`. */
const sections: { readonly [name: string]: () => Promise<Section> } = {
  crash: async () => (await import("./crash/section.ts")).crash,
  faults: async () => (await import("./faults/section.ts")).faults,
  hostile: async () => (await import("./hostile/section.ts")).hostile,
  escapes: async () => (await import("./escapes/section.ts")).escapes,
  load: async () => (await import("./load/section.ts")).load,
  "two-servers": async () => (await import("./two-servers/section.ts")).twoServers,
};

const root = new URL("../../..", import.meta.url).pathname;
const options = optionsOrExit();
const leaving = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => leaving.abort());

console.log(`seed ${options.seed}${options.quick ? ", quick" : ""}, Bun ${Bun.version}`);
const startedAt = new Date().toISOString();
const campaign: { [name: string]: SectionReport } = {};
for (const name of options.only) {
  const load = sections[name];
  if (load === undefined || leaving.signal.aborted) continue;
  const say = (line: string) => console.error(`${name}: ${line}`);
  campaign[name] = await runSection(await load(), say);
}
console.log(reportOf(campaign, options.seed, options.quick));
const folder = join(root, ".cache/torture");
await mkdir(folder, { recursive: true });
await Bun.write(join(folder, `${startedAt.replaceAll(":", "-")}.json`), `${JSON.stringify({ startedAt, options, campaign }, null, 2)}\n`);
process.exit(leaving.signal.aborted ? 130 : failuresOf(campaign) > 0 ? 1 : 0);

async function runSection(section: Section, say: (line: string) => void): Promise<SectionReport> {
  const beganMs = performance.now();
  try {
    return await section.run({ quick: options.quick, seed: options.seed, signal: leaving.signal, say });
  } catch (thrown) {
    const why = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
    return { points: 0, failures: [{ point: "the section itself", why }], seconds: (performance.now() - beganMs) / 1_000 };
  }
}

function optionsOrExit(): Options {
  try {
    const parsed = parseOptions(process.argv.slice(2), () => Math.floor(Math.random() * 2 ** 31));
    if (parsed !== "help") return parsed;
    console.log(usage);
    process.exit(0);
  } catch (thrown) {
    console.error(`${thrown instanceof Error ? thrown.message : thrown}\n\n${usage}`);
    process.exit(2);
  }
}
