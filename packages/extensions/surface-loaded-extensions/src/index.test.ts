import { ChangeFeed } from "@dispatch/change-feed";
import { boot, defineExtension, type Extension, fault } from "@dispatch/kernel";
import surfaceRegistry from "@dispatch/surface-registry";
import { SurfaceChanged, SurfaceRegistry } from "@dispatch/surface-registry/contract";
import { bootOptions, extensionLaws, FakeClock, surfaceLaws, testExtension } from "@dispatch/testkit";
import { expect, test } from "vitest";
import { LoadedParts } from "./contract.ts";
import { extensionFields } from "./fields.ts";
import extension from "./index.ts";
import { loadedExtensionsSurface } from "./surface.ts";

for (const [law, hold] of Object.entries(extensionLaws)) test(law, () => hold(async () => ({ extension, others: [surfaceRegistry] })));

const head = { kind: "custom", rendererId: "table" };
const columns = ["Name", "Version", "Trust", "Activation"];

/** What the surface shows at the end of a boot, and what it told on the way. */
async function shownBy(others: readonly Extension[]) {
  const changes: unknown[] = [];
  const clock = new FakeClock();
  const listener = defineExtension({
    ...testExtension("listener"),
    dependsOn: ["surface-registry"],
    activate: (host) => void host.on(SurfaceChanged, (change) => void changes.push(change)),
  });
  const kernel = await boot(bootOptions([surfaceRegistry, listener, extension, ...others], { clock }));
  await clock.advance(0);
  const { fields } = await kernel.use(SurfaceRegistry).spec("loaded-extensions");
  return { fields, changes };
}

test("the active are counted and listed in their order, with version and tier", async () => {
  const { fields } = await shownBy([testExtension("late", { version: "2.3.4", tier: "external" })]);
  expect(fields).toEqual([
    { kind: "stat", label: "Loaded", value: "4" },
    {
      ...head,
      payload: {
        columns,
        rows: [
          ["surface-registry", "1.0.0", "core", "active"],
          ["listener", "1.0.0", "standard", "active"],
          ["surface-loaded-extensions", "1.0.0", "standard", "active"],
          ["late", "2.3.4", "external", "active"],
        ],
      },
    },
  ]);
});

test("what failed and what was skipped has a row with its reason, and does not count as loaded", async () => {
  const failing = testExtension("failing", {
    activate() {
      throw fault("unavailable", "failing/no-key", "There is no key.");
    },
  });
  const { fields } = await shownBy([failing, testExtension("skipped", { dependsOn: ["failing"] })]);
  expect(fields[0]).toMatchObject({ value: "3" });
  expect(fields[1]).toMatchObject({
    payload: {
      rows: expect.arrayContaining([
        ["failing", "1.0.0", "standard", "failed: There is no key."],
        ["skipped", "1.0.0", "standard", "skipped: it depends on failing, which failed"],
      ]),
    },
  });
});

test("a manifest that is none still has a row of texts", () => {
  const report = {
    order: [],
    failed: [{ id: "extension-1", fault: { kind: "invalid", code: "kernel/bad-manifest", message: "No id." } }],
    skipped: [],
  } as const;
  const broken = [undefined, { id: "extension-1", version: 7 }] as unknown as readonly Extension[];
  expect(extensionFields(broken, report)).toEqual([
    { kind: "stat", label: "Loaded", value: "0" },
    { ...head, payload: { columns, rows: [["extension-1", "unknown", "unknown", "failed: No id."]] } },
  ]);
});

test("when the boot is over, whoever watches is told", async () => {
  expect((await shownBy([])).changes).toContainEqual({ surfaceId: "loaded-extensions" });
});

test("a part that is no extension has a row behind the others that follows it, and does not count", async () => {
  let activation = "active";
  let emit = () => {};
  let watched = 0;
  const watch = (changed: () => void) => {
    watched += 1;
    emit = changed;
    return {
      [Symbol.dispose]() {
        watched -= 1;
      },
    };
  };
  const changes: unknown[] = [];
  const clock = new FakeClock();
  const giver = defineExtension({
    ...testExtension("giver"),
    dependsOn: ["surface-registry", "surface-loaded-extensions"],
    activate(host) {
      host.on(SurfaceChanged, (change) => void changes.push(change));
      const part = {
        name: "collector",
        version: "1.0.0",
        activation: () => activation,
        watch,
      };
      host.contribute(LoadedParts, part);
    },
  });
  const kernel = await boot(bootOptions([surfaceRegistry, extension, giver], { clock }));
  await clock.advance(1_000);
  changes.length = 0;
  activation = "failed: it ended five times";
  emit();
  await clock.advance(1_000);
  expect(changes).toEqual([{ surfaceId: "loaded-extensions" }]);
  const { fields } = await kernel.use(SurfaceRegistry).spec("loaded-extensions");
  expect(fields[0]).toMatchObject({ value: "3" });
  expect(fields[1]).toMatchObject({
    payload: { rows: expect.arrayContaining([["collector", "1.0.0", "process", "failed: it ended five times"]]) },
  });
  expect(watched).toBe(1);
  await kernel[Symbol.asyncDispose]();
  expect(watched).toBe(0);
});

async function openSurface() {
  const all = ["first", "second", "third"].map((id) => testExtension(id));
  const changed = new ChangeFeed();
  let order: readonly string[] = [];
  return {
    surface: loadedExtensionsSurface({ all: () => all, report: () => ({ order, failed: [], skipped: [] }) }, changed),
    change() {
      order = all.slice(0, order.length + 1).map(({ id }) => id);
      changed.emit();
    },
  };
}

for (const [law, hold] of Object.entries(surfaceLaws)) test(law, () => hold(openSurface));
