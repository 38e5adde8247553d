import type { JournalRecord } from "@dispatch/journal-sink/record";
import type { TraceStore } from "@dispatch/trace-store";
import { collect } from "./index.ts";
import { systemClock } from "./system-clock.fixture.ts";

// A real collector that kills itself, as a power switch would, before, within or after its n-th insert; never, without a number.
const [journal = "", db = "", at = "0", when = "after"] = process.argv.slice(2);
const stop = new AbortController();
process.on("SIGTERM", () => stop.abort());
process.stdout.write("ready\n");
const die = () => process.kill(process.pid, "SIGKILL");
let inserts = 0;

function* dyingWithin(records: Iterable<JournalRecord>): Generator<JournalRecord, void, void> {
  let seen = 0;
  for (const record of records) {
    yield record;
    if (++seen === 50) die();
  }
  die();
}

/** A store that is the given one but for its inserts. */
const doomed = (store: TraceStore): TraceStore =>
  new Proxy(store, {
    get(target, name) {
      if (name !== "insert") {
        const member: unknown = Reflect.get(target, name, target);
        return typeof member === "function" ? member.bind(target) : member;
      }
      return (...[records, progress]: Parameters<TraceStore["insert"]>) => {
        const now = ++inserts === Number(at);
        if (now && when === "before") die();
        const inserted = target.insert(now && when === "within" ? dyingWithin(records) : records, progress);
        if (now && when === "after") die();
        return inserted;
      };
    },
  });

await collect({
  ...{
    journal,
    db,
    intervalMs: 1,
    pruneIntervalMs: 60_000,
    clock: { ...systemClock, now: () => 1_000_000 },
    signal: stop.signal,
    decorate: doomed,
  },
  complain: (text) => process.stderr.write(`${text}\n`),
});
