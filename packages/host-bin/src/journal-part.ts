import type { Journal } from "@dispatch/journal-sink";
import { defineExtension, type Extension } from "@dispatch/kernel";
import type { MetricSource } from "@dispatch/metrics/contract";
import { HealthParts } from "@dispatch/transport-http/contract";

/** How the journal is, in `GET /health?verbose=1`. No extension sees the journal itself. */
export const journalPart = (journal: Journal): Extension =>
  defineExtension({
    id: "journal",
    version: "1.0.0",
    apiVersion: "1",
    tier: "standard",
    dependsOn: ["transport-http"],
    capabilities: [],
    activate(host) {
      host.contribute(HealthParts, {
        id: "journal",
        read() {
          const { written, dropped, waiting } = journal.stats();
          return { written, dropped, waiting };
        },
      });
    },
  });

export const journalNumbers = (journal: Journal): MetricSource => ({
  name: "journal",
  read() {
    const { written, dropped, waiting, writeMs } = journal.stats();
    const buckets = writeMs.buckets.map(({ upTo, count }) => ({ upTo: upTo / 1_000, count }));
    return [
      { name: "dispatch_journal_records", type: "counter", help: "Records written.", samples: [{ value: written }] },
      { name: "dispatch_journal_dropped_records", type: "counter", help: "Records dropped.", samples: [{ value: dropped }] },
      { name: "dispatch_journal_waiting_records", type: "gauge", help: "Records that wait to be written.", samples: [{ value: waiting }] },
      {
        name: "dispatch_journal_write_duration_seconds",
        type: "histogram",
        unit: "seconds",
        help: "Time that one batch of records takes to be written.",
        samples: [{ buckets, sum: writeMs.sum / 1_000 }],
      },
    ];
  },
});
