import { bootOptions, FakeClock, type MemoryDisk, MemoryStorage, RecordingLog, testExtension } from "@dispatch/testkit";
import { expect, test } from "vitest";
import type { ActivationReport, Extension } from "../contracts/extension.ts";
import { Fault, fault } from "../contracts/fault.ts";
import type { Host } from "../contracts/host.ts";
import { definePoint, defineService } from "../contracts/token.ts";
import { boot } from "./boot.ts";

/** Counts what is asked of the outside and breaks the n-th thing. */
class Fuse {
  readonly #at: number;
  #count = 0;
  constructor(at: number) {
    this.#at = at;
  }
  get blown(): boolean {
    return this.#count >= this.#at;
  }
  pass(): void {
    this.#count += 1;
    if (this.#count === this.#at) throw fault("unavailable", "fuse/blown", `thing ${this.#at} fails`);
  }
}

interface World {
  readonly fuse: Fuse;
  /** What is open now; empty when nothing was left behind. */
  readonly opened: Set<string>;
}

const Service = (id: string) => defineService<string>(`${id}/service`);
const Names = definePoint<string>("a/names", (name) => name);

/** Every registration and resource of it may fail, on the way in and on the way out. */
function member({ fuse, opened }: World, id: string, fields: Partial<Extension>): Extension {
  const open = (host: Host, name: string) => {
    fuse.pass();
    opened.add(name);
    host.own({
      [Symbol.dispose]() {
        opened.delete(name);
        fuse.pass();
      },
    });
  };
  return testExtension(id, {
    ...fields,
    async activate(host) {
      open(host, `${id} 1`);
      host.provide(Service(id), id);
      host.contribute(Names, id);
      await host.store.commit([{ put: "started", value: true }]);
      open(host, `${id} 2`);
      host.spawn("task", async (signal) => {
        opened.add(`${id} task`);
        await host.clock.sleep(1_000_000, signal);
        opened.delete(`${id} task`);
        fuse.pass();
      });
      fuse.pass();
    },
  });
}

const members = (world: World, tier: Extension["tier"]) => [
  member(world, "a", { tier }),
  member(world, "b", { tier, dependsOn: ["a"] }),
  member(world, "c", { tier, dependsOn: ["a", "b"] }),
  member(world, "d", { tier, dependsOn: ["a"] }),
];

/** Boots and ends once, with the n-th thing failing. */
async function life(at: number, tier: Extension["tier"], disk: MemoryDisk) {
  const world = { fuse: new Fuse(at), opened: new Set<string>() };
  const clock = new FakeClock();
  const log = new RecordingLog();
  const storage = new MemoryStorage(disk);
  const outcome = await boot(bootOptions(members(world, tier), { storage, clock, log })).then(
    async (kernel) => {
      const provided = kernel.report.order.map((id) => kernel.use(Service(id)));
      expect(provided).toEqual(kernel.report.order);
      await kernel[Symbol.asyncDispose]();
      return { booted: true, report: kernel.report };
    },
    (thrown: unknown) => {
      if (!Fault.is(thrown)) throw thrown;
      expect([thrown.kind, thrown.code]).toEqual(["unavailable", "kernel/boot-failed"]);
      return { booted: false, report: thrown.data.report as unknown as ActivationReport };
    },
  );
  expect([...world.opened]).toEqual([]);
  expect(clock.sleeping).toBe(0);
  const journaled = log.lines.filter((line) => line.level === "error").length;
  return { ...outcome, journaled, struck: world.fuse.blown };
}

/** Each extension has exactly one fate. */
function expectWhole({ order, failed, skipped }: ActivationReport) {
  const fates = [...order, ...failed.map((entry) => entry.id), ...skipped.map((entry) => entry.id)];
  expect(fates.sort()).toEqual(["a", "b", "c", "d"]);
}

for (const tier of ["core", "standard"] as const)
  test(`whichever thing fails first, ${tier} extensions leave nothing behind, the failure is told, and a fresh boot works`, async () => {
    const disk: MemoryDisk = new Map();
    let at = 1;
    for (; ; at++) {
      const { booted, report, journaled, struck } = await life(at, tier, disk);
      expectWhole(report);
      expect(booted).toBe(tier !== "core" || report.failed.length === 0);
      expect(journaled).toBe(struck ? 1 : 0);
      const fresh = await life(Infinity, tier, disk);
      expect([fresh.booted, fresh.report.order, fresh.journaled]).toEqual([true, ["a", "b", "c", "d"], 0]);
      if (!struck) break;
    }
    expect(at).toBe(4 * 6 + 1);
  });
