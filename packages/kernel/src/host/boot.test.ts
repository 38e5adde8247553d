import { bootOptions, FakeClock, MemoryWorkspace, RecordingLog, testExtension, toolCall } from "@dispatch/testkit";
import { expect, test } from "vitest";
import { z } from "zod";
import type { BootOptions, Extension, Kernel } from "../contracts/extension.ts";
import { defineExtension } from "../contracts/extension.ts";
import { Fault, fault } from "../contracts/fault.ts";
import type { Host } from "../contracts/host.ts";
import { Booted, CallTool, Extensions, ToolCalls, Tools } from "../contracts/kernel-tokens.ts";
import { defineService } from "../contracts/token.ts";
import { defineTool, refuse, resultText, say } from "../contracts/tool.ts";
import { boot } from "./boot.ts";

/** An extension that notes its coming and going, and does `activate` in between. */
function noting(life: string[], id: string, fields: Partial<Extension> = {}): Extension {
  return testExtension(id, {
    ...fields,
    async activate(host) {
      life.push(`${id} up`);
      host.own({ [Symbol.dispose]: () => void life.push(`${id} down`) });
      await fields.activate?.(host);
    },
  });
}
const failing = () => {
  throw fault("unavailable", "disk/broken", "The disk does not answer; look at its cable.");
};
const refused = async (booting: Promise<Kernel>): Promise<Fault> => {
  const thrown = await booting.then(
    () => expect.fail("it booted"),
    (reason: unknown) => reason,
  );
  return Fault.is(thrown) ? thrown : expect.fail(String(thrown));
};
const reportOf = (thrown: Fault) => thrown.data.report as unknown as Kernel["report"];
const bootWith = (extensions: readonly Extension[], instead?: Partial<BootOptions>) => boot(bootOptions(extensions, instead));

test("whoever begins things hears of the end before the guard of what it begins is undone", async () => {
  const life: string[] = [];
  const beginner = noting(life, "beginner", {
    activate: (host) => host.signal.addEventListener("abort", () => life.push("beginner hears")),
  });
  const guard = noting(life, "guard", {
    dependsOn: ["beginner"],
    activate: (host) => void host.own({ [Symbol.dispose]: () => void life.push("guard undone") }),
  });
  const kernel = await bootWith([beginner, guard]);
  await kernel[Symbol.asyncDispose]();
  const heard = life.filter((line) => line === "beginner hears" || line === "guard undone");
  expect(heard).toEqual(["beginner hears", "guard undone"]);
});

test("extensions activate one by one behind what they depend on, and end in reverse", async () => {
  const life: string[] = [];
  const kernel = await bootWith([noting(life, "b", { dependsOn: ["a"] }), noting(life, "a"), noting(life, "c")]);
  expect(kernel.report).toEqual({ order: ["a", "b", "c"], failed: [], skipped: [] });
  await kernel[Symbol.asyncDispose]();
  expect(life).toEqual(["a up", "b up", "c up", "c down", "b down", "a down"]);
});

test("one extension is done before the next begins", async () => {
  const clock = new FakeClock();
  const life: string[] = [];
  const slow = testExtension("slow", {
    async activate(host) {
      await host.clock.sleep(50);
      life.push("slow");
    },
  });
  const booting = bootWith([slow, testExtension("quick", { activate: () => void life.push("quick") })], { clock });
  await clock.advance(50);
  await booting;
  expect(life).toEqual(["slow", "quick"]);
});

test("an empty kernel boots, gives what is its own, and ends", async () => {
  await using kernel = await bootWith([]);
  expect(kernel.use(Extensions).all()).toEqual([]);
  expect(kernel.report).toEqual({ order: [], failed: [], skipped: [] });
});

test("an extension gets its validated configuration, its name in the log, and a signal", async () => {
  const log = new RecordingLog();
  let host: Host | undefined;
  const web = defineExtension({
    ...testExtension("web"),
    config: z.strictObject({ port: z.int().default(80) }),
    activate(given) {
      host = given;
      given.log.info("listening", { port: given.config.port });
    },
  });
  const kernel = await bootWith([web], { log, config: { web: {} } });
  expect(log.told("listening")).toEqual([{ level: "info", extensionId: "web", msg: "listening", attributes: { port: 80 } }]);
  expect([host?.id, host?.signal.aborted]).toEqual(["web", false]);
  await kernel[Symbol.asyncDispose]();
  expect(host?.signal.aborted).toBe(true);
});

test("a failing extension is set aside with its dependents, each with its reason, and the others go on", async () => {
  const life: string[] = [];
  const kernel = await bootWith([
    noting(life, "disk", { activate: failing }),
    noting(life, "files", { dependsOn: ["disk"] }),
    noting(life, "search", { dependsOn: ["files"] }),
    noting(life, "clock"),
  ]);
  expect(kernel.report).toEqual({
    order: ["clock"],
    failed: [{ id: "disk", fault: { kind: "unavailable", code: "disk/broken", message: "The disk does not answer; look at its cable." } }],
    skipped: [
      { id: "files", because: "it depends on disk, which failed" },
      { id: "search", because: "it depends on files, which was skipped" },
    ],
  });
  expect(life).toEqual(["disk up", "disk down", "clock up"]);
});

test("a bad manifest or configuration sets its extension aside before any code runs", async () => {
  const life: string[] = [];
  const strict = { config: z.strictObject({ port: z.int() }) };
  const kernel = await bootWith(
    [
      noting(life, "old", { apiVersion: "0" }),
      noting(life, "web", strict),
      noting(life, "pages", { dependsOn: ["web", "old"] }),
      noting(life, "sound"),
    ],
    { config: { web: { port: "eighty" } } },
  );
  expect(life).toEqual(["sound up"]);
  expect(kernel.report).toEqual({
    order: ["sound"],
    failed: [
      {
        id: "old",
        fault: {
          kind: "invalid",
          code: "kernel/bad-manifest",
          message: 'it was written for kernel contract "0" and this kernel speaks "1".',
        },
      },
      {
        id: "web",
        fault: { kind: "invalid", code: "kernel/bad-config", message: "port: Invalid input: expected number, received string." },
      },
    ],
    skipped: [{ id: "pages", because: "it depends on web, which failed" }],
  });
});

test("a bad core manifest refuses the boot with every problem at once, before any code runs", async () => {
  const life: string[] = [];
  const thrown = await refused(
    bootWith(
      [
        noting(life, "store", { tier: "core", version: "one" }),
        noting(life, "desk", { tier: "core", dependsOn: ["store"] }),
        noting(life, "web", { dependsOn: ["dsk"], config: z.strictObject({ port: z.int() }) }),
        noting(life, "sound"),
      ],
      { config: { web: { prot: 1, port: 2 } } },
    ),
  );
  expect(life).toEqual([]);
  expect([thrown.kind, thrown.code]).toEqual(["invalid", "kernel/boot-failed"]);
  expect(thrown.message).toBe(
    [
      "Dispatch could not start. Correct what failed and start again:",
      '  store failed: its version "one" is not a semantic version such as 1.0.0. (invalid, kernel/bad-manifest)',
      '  web failed: it depends on the unknown "dsk" (did you mean "desk"?); it has no setting "prot" (did you mean "port"?). (invalid, kernel/bad-manifest)',
      "  desk was skipped: it depends on store, which failed.",
    ].join("\n"),
  );
  expect(reportOf(thrown)).toMatchObject({ order: [], failed: [{ id: "store" }, { id: "web" }], skipped: [{ id: "desk" }] });
});

test("a circle of core extensions refuses the boot with a sentence", async () => {
  const core = (id: string, ...dependsOn: string[]) => testExtension(id, { tier: "core", dependsOn });
  const thrown = await refused(bootWith([core("a", "b"), core("b", "c"), core("c", "a")]));
  expect(thrown.message).toContain("it depends on itself: a → b → c → a");
});

test("a circle of other extensions sets its members and their dependents aside", async () => {
  const life: string[] = [];
  const kernel = await bootWith([
    noting(life, "a", { dependsOn: ["b"] }),
    noting(life, "b", { dependsOn: ["a"] }),
    noting(life, "c", { dependsOn: ["b"] }),
    noting(life, "d"),
  ]);
  expect(life).toEqual(["d up"]);
  expect(kernel.report.failed.map((failure) => failure.id)).toEqual(["a", "b"]);
  expect(kernel.report.skipped).toEqual([{ id: "c", because: "it depends on b, which failed" }]);
});

test("a configuration for an extension that is not there refuses the boot", async () => {
  const thrown = await refused(bootWith([testExtension("web")], { config: { wbe: {} } }));
  expect([thrown.kind, thrown.code]).toEqual(["invalid", "kernel/boot-failed"]);
  expect(thrown.message).toContain('the configuration names the unknown extension "wbe" (did you mean "web"?)');
});

test("a failing core extension lets the rest show its failures too, then undoes everything and refuses the boot", async () => {
  const life: string[] = [];
  const thrown = await refused(
    bootWith([
      noting(life, "first", { tier: "core" }),
      noting(life, "disk", { tier: "core", activate: failing }),
      noting(life, "desk", { tier: "core", dependsOn: ["disk"] }),
      noting(life, "extra", {
        activate() {
          throw new Error("no luck");
        },
      }),
      noting(life, "last"),
    ]),
  );
  expect(life).toEqual(["first up", "disk up", "disk down", "extra up", "extra down", "last up", "last down", "first down"]);
  expect([thrown.kind, thrown.code]).toEqual(["unavailable", "kernel/boot-failed"]);
  expect(reportOf(thrown)).toEqual({
    order: ["first", "last"],
    failed: [
      { id: "disk", fault: { kind: "unavailable", code: "disk/broken", message: "The disk does not answer; look at its cable." } },
      { id: "extra", fault: { kind: "defect", code: "extra/defect", message: "Something went wrong inside Dispatch: no luck" } },
    ],
    skipped: [{ id: "desk", because: "it depends on disk, which failed" }],
  });
});

test("an extension that does not activate in time is undone, and can do nothing when it wakes", async () => {
  const clock = new FakeClock();
  const life: string[] = [];
  const late: unknown[] = [];
  const slow = noting(life, "slow", {
    async activate(host) {
      await clock.sleep(5_000);
      late.push(host.signal.aborted);
      host.own({ [Symbol.dispose]: () => void life.push("late resource down") });
    },
  });
  const booting = bootWith([slow, noting(life, "next")], { clock, activateTimeoutMs: 1_000 });
  await clock.advance(1_000);
  const kernel = await booting;
  expect(kernel.report.failed).toEqual([
    {
      id: "slow",
      fault: {
        kind: "unavailable",
        code: "kernel/activation-timeout",
        message: "slow did not activate within 1000 ms and was undone; look at what it waits for, or allow it more time.",
      },
    },
  ]);
  expect(life).toEqual(["slow up", "slow down", "next up"]);
  await clock.advance(5_000);
  expect(late).toEqual([true]);
  expect(life.at(-1)).toBe("late resource down");
});

test("a keyspace that does not open fails its extension alone, and code never runs without its store", async () => {
  const clock = new FakeClock();
  const life: string[] = [];
  const store = await bootOptions([]).storage.open("any");
  const storage = {
    async open(owner: string) {
      if (owner === "refused") throw fault("unavailable", "store/unavailable", "The disk is full; free some space.");
      if (owner === "slow") await clock.sleep(2_000);
      return store;
    },
    async [Symbol.asyncDispose]() {},
  };
  const booting = bootWith([noting(life, "refused"), noting(life, "slow"), noting(life, "sound")], {
    storage,
    clock,
    activateTimeoutMs: 1_000,
  });
  await clock.advance(3_000);
  const kernel = await booting;
  expect(kernel.report.failed.map(({ id, fault }) => [id, fault.code])).toEqual([
    ["refused", "store/unavailable"],
    ["slow", "kernel/activation-timeout"],
  ]);
  await clock.advance(3_000);
  expect(life).toEqual(["sound up"]);
});

test("the report can be read while extensions still activate, and a snapshot does not change", async () => {
  const seen: unknown[] = [];
  const look = (host: Host) => void seen.push(host.use(Extensions).report().order);
  const extensions = [testExtension("a", { activate: look }), testExtension("b", { activate: look })];
  const kernel = await bootWith(extensions);
  expect(seen).toEqual([[], ["a"]]);
  expect(kernel.use(Extensions).all()).toEqual(extensions);
  expect(kernel.use(Extensions).report()).toEqual(kernel.report);
});

test("booted is told once, after the last activation, with the report; never when the boot fails", async () => {
  const told: unknown[] = [];
  const listener = testExtension("listener", { activate: (host) => void host.on(Booted, (report) => void told.push(report)) });
  const kernel = await bootWith([listener, testExtension("last")]);
  expect(told).toEqual([{ order: ["listener", "last"], failed: [], skipped: [] }]);
  await kernel[Symbol.asyncDispose]();
  await refused(bootWith([listener, testExtension("disk", { tier: "core", activate: failing })]));
  expect(told).toHaveLength(1);
});

test("a tool call passes every guard on its way to its tool", async () => {
  const echo = defineTool({
    name: "echo",
    description: "Says it again.",
    input: z.strictObject({ text: z.string() }),
    effect: "read",
    timeoutMs: 1_000,
    run: async ({ text }, call) => say(`${text} from ${call.conversationId}`),
  });
  const guard = testExtension("guard", {
    activate(host) {
      host.contribute(Tools, echo);
      host.on(CallTool, async (call, next) =>
        (call.input as { text: string }).text === "secret" ? refuse("not that") : next({ ...call, conversationId: "c2" }),
      );
    },
  });
  await using kernel = await bootWith([guard]);
  const call = async (text: string) => kernel.use(ToolCalls).call({ ...toolCall(new MemoryWorkspace()), tool: echo, input: { text } });
  expect(resultText(await call("hello"))).toBe("hello from c2");
  expect(await call("secret")).toEqual(refuse("not that"));
});

test("a tool that throws gives a fault", async () => {
  const broken = defineTool({
    name: "broken",
    description: "Breaks.",
    input: z.strictObject({}),
    effect: "read",
    timeoutMs: 1_000,
    run: () => Promise.reject(new Error("oops")),
  });
  await using kernel = await bootWith([]);
  const call = kernel.use(ToolCalls).call({ ...toolCall(new MemoryWorkspace()), tool: broken, input: {} });
  await expect(call).rejects.toMatchObject({ kind: "defect", code: "kernel/defect" });
});

test("ending twice ends once, and whoever asks waits for the end", async () => {
  const life: string[] = [];
  const kernel = await bootWith([noting(life, "a")]);
  await Promise.all([kernel[Symbol.asyncDispose](), kernel[Symbol.asyncDispose]()]);
  await kernel[Symbol.asyncDispose]();
  expect(life).toEqual(["a up", "a down"]);
});

test("a failure while ending is journaled and stops nothing", async () => {
  const log = new RecordingLog();
  const life: string[] = [];
  const stubborn = noting(life, "stubborn", { activate: (host) => void host.own({ [Symbol.dispose]: failing }) });
  const kernel = await bootWith([noting(life, "first"), stubborn, noting(life, "last")], { log });
  await kernel[Symbol.asyncDispose]();
  expect(life.slice(3)).toEqual(["last down", "stubborn down", "first down"]);
  expect(log.told("undo-failed").map((line) => [line.extensionId, line.attributes.code])).toEqual([["stubborn", "disk/broken"]]);
});

test("the journal tells what became of every extension", async () => {
  const log = new RecordingLog();
  await bootWith([testExtension("a"), testExtension("b", { activate: failing }), testExtension("c", { dependsOn: ["b"] })], { log });
  expect(log.lines.map(({ level, extensionId, msg }) => [level, extensionId, msg])).toEqual([
    ["info", "a", "extension-activated"],
    ["error", "b", "extension-failed"],
    ["warn", "c", "extension-skipped"],
  ]);
});

test("the storage stays the caller's", async () => {
  const { storage } = bootOptions([]);
  const kernel = await bootWith([testExtension("a")], { storage });
  await kernel[Symbol.asyncDispose]();
  await expect(storage.open("a")).resolves.toBeDefined();
});

test("the composition root may use any service", async () => {
  const Greeter = defineService<{ greet(): string }>("greeter/greeter");
  const greeter = testExtension("greeter", { activate: (host) => void host.provide(Greeter, { greet: () => "hello" }) });
  await using kernel = await bootWith([greeter]);
  expect(kernel.use(Greeter).greet()).toBe("hello");
});
