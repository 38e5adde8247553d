import assert from "node:assert/strict";
import { type ActivationReport, boot, type Extension, Fault, type Kernel, type Storage } from "@dispatch/kernel";
import { bootOptions } from "./boot-options.ts";
import { FakeClock } from "./fake-clock.ts";
import { FaultInjector, type StorageOperation } from "./fault-injector.ts";
import type { Laws } from "./laws.ts";
import { type MemoryDisk, MemoryStorage } from "./memory-store.ts";
import { RecordingLog } from "./recording-log.ts";
import { spyOn } from "./spy-extension.ts";

export interface ExtensionUnderTest {
  readonly extension: Extension;
  /** What it is configured with. */
  readonly config?: unknown;
  /** What stands for the extensions that it depends on. */
  readonly others?: readonly Extension[];
}

/** Far more than any extension takes to end; only a test that would hang meets it. */
const endMs = 10_000;

/** What every Extension must do. Its own tests say what it gives. */
export const extensionLaws: Laws<ExtensionUnderTest> = {
  "it activates on an empty server": async (open) => {
    const { kernel, subject } = await start(await open());
    await end(kernel);
    assert.deepEqual([kernel.report.failed, kernel.report.skipped], [[], []]);
    assert.ok(kernel.report.order.includes(subject.extension.id));
  },
  "it refuses a setting that it does not know, and does nothing": async (open) => {
    const subject = await open();
    const config = { ...(subject.config ?? {}), noSuchSetting: true };
    const { report, calls } = await outcome({ ...subject, config });
    const refused = report.failed.find((failure) => failure.id === subject.extension.id);
    assert.equal(refused?.fault.code, "kernel/bad-config");
    assert.deepEqual(calls, []);
  },
  "it ends in time, without a complaint, and leaves no sleeper behind": async (open) => {
    const { kernel, clock, log } = await start(await open());
    await end(kernel);
    assert.equal(clock.sleeping, 0);
    const complaints = ["undo-failed", "undo-abandoned", "task-failed", "task-abandoned", "hook-failed"];
    assert.deepEqual(
      complaints.flatMap((complaint) => log.told(complaint)),
      [],
    );
  },
  "it asks nothing of its host once it has ended": async (open) => {
    const { kernel, clock, calls } = await start(await open());
    await end(kernel);
    const before = [...calls];
    await clock.advance(24 * 3_600_000);
    assert.deepEqual(calls, before);
  },
  "ending it twice is harmless": async (open) => {
    const { kernel, log } = await start(await open());
    await Promise.all([end(kernel), end(kernel)]);
    await end(kernel);
    assert.deepEqual(log.told("undo-failed"), []);
  },
  "in two kernels at once it does the same, and the end of one is nothing to the other": async (open) => {
    const first = await start(await open());
    const second = await start(await open());
    assert.deepEqual(second.kernel.report, first.kernel.report);
    assert.deepEqual(second.calls, first.calls);
    await end(first.kernel);
    await end(second.kernel);
    assert.deepEqual(second.log.told("undo-failed"), []);
  },
  "it starts again on what it has stored": async (open) => {
    const disk: MemoryDisk = new Map();
    const first = await start(await open(), new MemoryStorage(disk));
    await end(first.kernel);
    const again = await start(await open(), new MemoryStorage(disk));
    await end(again.kernel);
    assert.deepEqual(again.kernel.report, first.kernel.report);
    assert.deepEqual(again.calls, first.calls);
  },
  "a storage that fails while it activates leaves nothing that a fresh start trips over": async (open) => {
    for (const operation of ["get", "scan", "commit"] as const) {
      for (let at = 1; await failsAt(operation, at, open); at++) assert.ok(at < 1_000, `activating takes ${at} storage operations`);
    }
  },
};

/** One storage operation of an activation fails; says whether the activation got that far. */
async function failsAt(operation: StorageOperation, at: number, open: () => Promise<ExtensionUnderTest>): Promise<boolean> {
  let struck = false;
  for (const when of ["before", "after"] as const) {
    const disk: MemoryDisk = new Map();
    const storage = new FaultInjector(new MemoryStorage(disk));
    storage.arm({ operation, at, when });
    await outcome(await open(), storage);
    struck ||= storage.counts[operation] >= at;
    const { report } = await outcome(await open(), new MemoryStorage(disk));
    assert.deepEqual(report.failed, [], `after a ${operation} that failed ${when} it happened`);
  }
  return struck;
}

interface Started {
  readonly subject: ExtensionUnderTest;
  readonly kernel: Kernel;
  readonly clock: FakeClock;
  readonly log: RecordingLog;
  /** What it asked of its host. */
  readonly calls: readonly string[];
}

async function start(subject: ExtensionUnderTest, storage: Storage = new MemoryStorage()): Promise<Started> {
  const clock = new FakeClock();
  const log = new RecordingLog();
  const { extension, calls } = spyOn(subject.extension);
  const options = bootOptions([...(subject.others ?? []), extension], { config: configOf(subject), storage, clock, log });
  return { subject, kernel: await boot(options), clock, log, calls };
}

/** The report of a start that may fail, and what the extension asked of its host; whatever started has ended again. */
async function outcome(
  subject: ExtensionUnderTest,
  storage: Storage = new MemoryStorage(),
): Promise<{ readonly report: ActivationReport; readonly calls: readonly string[] }> {
  const { extension, calls } = spyOn(subject.extension);
  const clock = new FakeClock();
  const options = bootOptions([...(subject.others ?? []), extension], { config: configOf(subject), storage, clock });
  const report = await boot(options).then(
    async (kernel) => {
      await end(kernel);
      return kernel.report;
    },
    (thrown: unknown) => {
      if (!Fault.is(thrown) || thrown.code !== "kernel/boot-failed") throw thrown;
      return thrown.data.report as unknown as ActivationReport;
    },
  );
  assert.equal(clock.sleeping, 0, "a sleeper was left behind");
  return { report, calls };
}

const configOf = ({ extension, config }: ExtensionUnderTest) => (config === undefined ? {} : { [extension.id]: config });

async function end(kernel: Kernel): Promise<void> {
  const ended = await Promise.race([Promise.resolve(kernel[Symbol.asyncDispose]()).then(() => true), later(false)]);
  assert.ok(ended, `it did not end within ${endMs} ms`);
}

const later = <T>(value: T): Promise<T> => new Promise((resolve) => setTimeout(resolve, endMs, value).unref());
