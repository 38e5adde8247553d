import { bootOptions, FakeClock, testExtension } from "@dispatch/testkit";
import { expect, test } from "vitest";
import { z } from "zod";
import type { BootOptions, Extension } from "../contracts/extension.ts";
import { readConfigurations } from "./configuration.ts";

const web = z.strictObject({
  port: z.int().default(80),
  host: z.string().default("localhost"),
  limits: z.strictObject({ bodyBytesMax: z.int() }).optional(),
});

const read = async (extensions: readonly Extension[], config: BootOptions["config"]) => {
  const { values, problems } = await readConfigurations(bootOptions(extensions, { config }));
  return { values: Object.fromEntries(values), problems: problems.map((problem) => `${problem.extensionId}: ${problem.text}`) };
};
const extension = testExtension("web", { config: web });

test("what is configured is validated and completed", async () => {
  expect(await read([extension], { web: { port: 8080 } })).toEqual({ values: { web: { port: 8080, host: "localhost" } }, problems: [] });
});

test("what is not configured gets the schema's defaults", async () => {
  expect(await read([extension], {})).toEqual({ values: { web: { port: 80, host: "localhost" } }, problems: [] });
});

test("an extension without a schema takes no configuration", async () => {
  expect(await read([testExtension("bare")], { bare: {} })).toEqual({ values: {}, problems: ["bare: it takes no configuration"] });
});

test("a configuration for an unknown extension is told with the nearest one", async () => {
  expect((await read([extension], { wed: {} })).problems).toEqual([
    'wed: the configuration names the unknown extension "wed" (did you mean "web"?)',
  ]);
});

test("an unknown setting is told once, with the nearest one, beside what else is wrong", async () => {
  const { problems } = await read([extension], { web: { prot: 1, host: 5, limits: { bodyBytes: 1, bodyBytesMax: 2 } } });
  expect(problems).toEqual([
    'web: it has no setting "prot" (did you mean "port"?)',
    'web: it has no setting limits."bodyBytes" (did you mean "bodyBytesMax"?)',
    "web: host: Invalid input: expected string, received number",
  ]);
});

test("an unknown setting is refused even where the schema would drop it in silence", async () => {
  const loose = testExtension("loose", { config: z.object({ port: z.int().optional() }) });
  expect((await read([loose], { loose: { prot: 1 } })).problems).toEqual(['loose: it has no setting "prot" (did you mean "port"?)']);
});

test("a schema that is open on purpose takes any key", async () => {
  const open = testExtension("open", { config: z.record(z.string(), z.int()) });
  const extra = testExtension("extra", { config: z.looseObject({ port: z.int() }) });
  const config = { open: { anything: 1 }, extra: { port: 1, more: 2 } };
  expect(await read([open, extra], config)).toEqual({ values: config, problems: [] });
});

test("a problem never shows the configured value", async () => {
  const keys = testExtension("keys", { config: z.strictObject({ apiKey: z.int(), mode: z.enum(["a", "b"]).optional() }) });
  const { problems } = await read([keys], { keys: { apiKey: "sk-secret", mode: "sk-secret", other: "sk-secret" } });
  expect(problems).toHaveLength(3);
  expect(problems.join()).not.toContain("sk-secret");
});

test("a schema that cannot describe itself still validates", async () => {
  const odd = testExtension("odd", { config: z.strictObject({ when: z.date() }) });
  expect((await read([odd], { odd: { when: 1 } })).problems).toEqual(["odd: when: Invalid input: expected date, received number"]);
});

test("a schema that throws is a problem of its extension", async () => {
  const config = z.strictObject({}).refine(() => {
    throw new Error("oops");
  });
  expect((await read([testExtension("odd", { config })], {})).problems).toEqual([
    "odd: its configuration schema failed: Something went wrong inside Dispatch: oops",
  ]);
});

test("a schema that never answers is a problem of its extension", async () => {
  const clock = new FakeClock();
  const config = z.strictObject({}).refine(() => new Promise<boolean>(() => {}));
  const reading = readConfigurations(bootOptions([testExtension("odd", { config })], { clock, activateTimeoutMs: 500 }));
  await clock.advance(500);
  expect((await reading).problems.map((problem) => problem.text)).toEqual(["its configuration could not be validated within 500 ms"]);
  expect(clock.sleeping).toBe(0);
});
