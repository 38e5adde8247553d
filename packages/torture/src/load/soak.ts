import { onStage, repositoryRoot, residentBytes } from "@dispatch/bench";
import { residentBytesMax } from "../hostile/attacked-process.ts";
import type { Failure, SectionOptions, SectionReport } from "../section.ts";
import { type ConnectionsReport, holdConnections } from "./connections.ts";
import { type CrowdCounts, runCrowd } from "./crowd.ts";
import { askQuestions } from "./waiting-questions.ts";
import { type MemoryReport, watchMemory } from "./watched-memory.ts";

export interface SoakOptions extends Pick<SectionOptions, "signal" | "say"> {
  readonly minutes: number;
  readonly turns: number;
  readonly sockets: number;
  /** Questions that wait for a person all the time. */
  readonly waiting: number;
  readonly turnMs: number;
  /** Held at the end, when everything else has gone. */
  readonly connections: number;
}

export const fullSoak: Omit<SoakOptions, "minutes" | "signal" | "say"> = {
  turns: 500,
  sockets: 1_000,
  waiting: 100,
  turnMs: 30_000,
  connections: 10_000,
};

/** What a warm server may grow by a minute, as a share of what it holds: below that nothing grows that does not also shrink. */
const growthShareMax = 0.005;
/** In less time a heap that fills for the first time cannot be told from one that grows. */
const growthMinutesMin = 10;
const warmUpShare = 0.4;
const msPerMinute = 60_000;
const mebibyte = 2 ** 20;
const holdMs = 5_000;

/** Many turns, sockets and questions at once for a while: no error, nothing lost, no memory that grows. Then connections only. */
export function soak(options: SoakOptions): Promise<SectionReport> {
  return onStage({ rounds: 1, serverEntry: `${repositoryRoot}/packages/host-bin/src/main.ts` }, async (stage) => {
    const startedMs = performance.now();
    const { minutes, turns, sockets, waiting, signal, say } = options;
    const server = await stage.server(await stage.folder());
    const counts: CrowdCounts = { turns: 0, watched: 0, frames: 0, failures: [] };
    const questions = await askQuestions(server.url, waiting);
    const over = AbortSignal.any([signal, AbortSignal.timeout(minutes * msPerMinute)]);
    const memory = watchMemory(server, minutes * msPerMinute * warmUpShare);
    const told = setInterval(
      () =>
        say(
          `${counts.turns} turns, ${counts.frames} frames, ${counts.failures.length} failures, ${inMebibytes(residentBytes(server.pid))}`,
        ),
      msPerMinute,
    );
    await runCrowd({ ...options, server, signal: over }, counts);
    clearInterval(told);
    const remembered = memory.stop();
    const unanswered = await questions.answer();
    const held = await holdConnections(server, options.connections, holdMs);
    say(described(remembered, held));
    return {
      points: counts.watched + questions.asked + held.open,
      counts: {
        turns: counts.turns,
        "turns at once": turns,
        sockets,
        "questions waiting": questions.asked,
        "streams watched": counts.watched,
        frames: counts.frames,
        "connections held": held.open,
      },
      failures: [
        ...counts.failures.map((why) => ({ point: "the crowd", why })),
        ...unanswered.map((why) => ({ point: "questions that wait", why })),
        ...(minutes < growthMinutesMin ? [] : growthOf(remembered)),
        ...(remembered.medianBytes > residentBytesMax ? [{ point: "memory", why: described(remembered, held) }] : []),
        ...held.failures.map((why) => ({ point: `${options.connections} connections`, why })),
      ],
      seconds: (performance.now() - startedMs) / 1_000,
    };
  });
}

function growthOf({ medianBytes, growthBytesPerMinute }: MemoryReport): readonly Failure[] {
  if (growthBytesPerMinute <= medianBytes * growthShareMax) return [];
  const why = `it grows by ${inMebibytes(growthBytesPerMinute)} a minute, on ${inMebibytes(medianBytes)}`;
  return [{ point: "memory after the warm-up", why }];
}

const described = (memory: MemoryReport, held: ConnectionsReport): string =>
  [
    `memory ${inMebibytes(memory.medianBytes)}, grows by ${inMebibytes(memory.growthBytesPerMinute)} a minute`,
    `the server keeps ${memory.serverCpus.toFixed(2)} CPUs busy, its clients ${memory.clientCpus.toFixed(2)}, load average ${memory.loadAverage.toFixed(1)}`,
    `${held.open} connections, ${(held.bytesEach / 1024).toFixed(1)} KiB each`,
  ].join("; ");

const inMebibytes = (bytes: number): string => `${(bytes / mebibyte).toFixed(2)} MiB`;
