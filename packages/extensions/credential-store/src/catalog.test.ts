import type { Model, ModelCard, Provider } from "@dispatch/kernel";
import { FakeClock, RecordingLog } from "@dispatch/testkit";
import { expect, test } from "vitest";
import { modelCatalog } from "./catalog.ts";
import type { Credential } from "./contract.ts";
import { brokenMs, freshMs, listTimeoutMs } from "./listings.ts";

const model = (name: string): Model => ({ name, stream: async function* () {} });

/** A provider that counts how often it is asked. */
function provider(id: string, listModels: () => Promise<readonly ModelCard[]>) {
  const asked = { times: 0 };
  const made: Provider = {
    id,
    model: (modelId) => model(`${id}/${modelId}`),
    listModels() {
      asked.times += 1;
      return listModels();
    },
  };
  return { ...made, asked };
}
const cards = (...ids: readonly string[]) => ids.map((id) => ({ id }));
const listing = (id: string, ...ids: readonly string[]) => provider(id, async () => cards(...ids));

function open(credentials: readonly Credential[], providers: readonly Provider[], end = new AbortController()) {
  const clock = new FakeClock();
  const log = new RecordingLog();
  const catalog = modelCatalog({ clock, log, signal: end.signal, credentials: () => credentials, providers: () => providers });
  return { clock, log, catalog, list: () => catalog.list(new AbortController().signal) };
}

const opencode: Credential = { name: "opencode", providerId: "compat", defaultModel: "flash" };
const offline: Credential = { name: "offline", providerId: "offline", defaultModel: "assistant", fallback: true };
const other: Credential = { name: "other", providerId: "other" };

test("models come in the order of credentials, then of each provider's list", async () => {
  const { list } = open([other, opencode], [listing("compat", "z", "a"), listing("other", "vendor/m")]);
  expect(await list()).toEqual({ models: ["other/vendor/m", "opencode/z", "opencode/a"], modelInfo: {} });
});

test("only models of which something is known are described", async () => {
  const told = provider("other", async () => [
    { id: "a", contextWindow: 8_192 },
    { id: "b", vision: true },
    { id: "c", vision: false },
    { id: "d", price: { inputUsd: 0, outputUsd: 0 } },
    { id: "e", vision: false, price: { inputUsd: 0.000003, outputUsd: 0.000015, cacheReadUsd: 0.0000003 } },
  ]);
  const { list } = open([other], [told]);
  expect((await list()).modelInfo).toEqual({
    "other/a": { contextWindow: 8_192 },
    "other/b": { vision: true },
    "other/d": { price: { inputUsd: 0, outputUsd: 0 } },
    "other/e": { price: { inputUsd: 0.000003, outputUsd: 0.000015, cacheReadUsd: 0.0000003 } },
  });
});

test("a credential without a provider is left out", async () => {
  const { list } = open([opencode, offline], [listing("offline", "assistant")]);
  expect((await list()).models).toEqual(["offline/assistant"]);
});

test("a provider that fails, throws or hangs hides nobody, and is named in the log", async () => {
  const failing = provider("compat", () => Promise.reject(new Error("no")));
  const throwing = provider("compat", () => {
    throw new Error("no");
  });
  const hanging = provider("compat", () => new Promise(() => {}));
  for (const broken of [failing, throwing, hanging]) {
    const { clock, log, list } = open([opencode, other], [broken, listing("other", "m")]);
    const listed = list();
    await clock.advance(listTimeoutMs);
    expect((await listed).models).toEqual(["other/m"]);
    expect(log.told("provider-not-listed")).toHaveLength(1);
    expect(clock.sleeping).toBe(0);
  }
});

test("when every provider fails there is no catalog", async () => {
  const broken = () => provider("compat", () => Promise.reject(new Error("The key was refused.")));
  await expect(open([opencode], [broken()]).list()).rejects.toMatchObject({ kind: "unavailable", code: "credential-store/no-catalog" });
  expect(await open([opencode], []).list()).toEqual({ models: [], modelInfo: {} });
});

test("a list is kept for a while, then asked for again; those who ask at once share one answer", async () => {
  const compat = listing("compat", "m");
  const { clock, list } = open([opencode, { name: "twin", providerId: "compat" }], [compat]);
  expect((await Promise.all([list(), list()]))[0]?.models).toEqual(["opencode/m", "twin/m"]);
  await clock.advance(freshMs - 1);
  await list();
  expect(compat.asked.times).toBe(1);
  await clock.advance(1);
  await list();
  expect(compat.asked.times).toBe(2);
});

test("a failure is remembered for a short while, so that a hanging provider does not hold up everybody each time", async () => {
  const hanging = provider("compat", () => new Promise(() => {}));
  const { clock, list } = open([opencode, other], [hanging, listing("other", "m")]);
  const first = list();
  await clock.advance(listTimeoutMs);
  await first;
  expect((await list()).models).toEqual(["other/m"]);
  expect(hanging.asked.times).toBe(1);
  await clock.advance(brokenMs);
  const again = list();
  await clock.advance(listTimeoutMs);
  await again;
  expect(hanging.asked.times).toBe(2);
});

test("the end of the extension ends what is still asked", async () => {
  const end = new AbortController();
  const { clock, list } = open([opencode, other], [provider("compat", () => new Promise(() => {})), listing("other", "m")], end);
  const listed = list();
  await clock.untilSleeping(1);
  end.abort();
  expect((await listed).models).toEqual(["other/m"]);
  expect(clock.sleeping).toBe(0);
});

test("a model name is split at its first slash", () => {
  const { catalog } = open([opencode], [listing("compat")]);
  expect(catalog.resolve("opencode/vendor/m")).toMatchObject({ name: "opencode/vendor/m", model: { name: "compat/vendor/m" } });
});

test("without a name the first credential with a provider and a default is taken, a stand-in last", () => {
  const all = [other, offline, opencode];
  const offlineProvider = listing("offline");
  expect(open(all, [offlineProvider, listing("compat"), listing("other")]).catalog.resolve().name).toBe("opencode/flash");
  expect(open(all, [offlineProvider, listing("other")]).catalog.resolve().name).toBe("offline/assistant");
});

test("a name that cannot be resolved says what there is", () => {
  const { catalog } = open([opencode, offline], [listing("offline")]);
  const refusal = (name?: string, from = catalog): unknown => {
    try {
      return from.resolve(name);
    } catch (thrown) {
      return thrown;
    }
  };
  for (const name of ["", "m", "/m", "nobody/m"]) {
    const data = { credentials: ["opencode", "offline"] };
    expect(refusal(name)).toMatchObject({ kind: "invalid", code: "credential-store/unknown-credential", data });
  }
  for (const name of ["opencode/", "opencode/ "])
    expect(refusal(name)).toMatchObject({ kind: "invalid", code: "credential-store/unknown-model" });
  const data = { credential: "opencode", usable: ["offline"] };
  expect(refusal("opencode/m")).toMatchObject({ kind: "denied", code: "credential-store/no-key", data });
  expect(refusal(undefined, open([other], []).catalog)).toMatchObject({ kind: "invalid", code: "credential-store/no-default" });
});
