import type { ModelCard, Provider } from "@dispatch/kernel";
import { expect, test } from "vitest";
import { modelRequest } from "./exchange.ts";
import { providerLaws } from "./provider-laws.ts";
import { part, ScriptedModel } from "./scripted-model.ts";

const answering = () => new ScriptedModel([[part.text("a"), part.text("b"), part.finish("stop")]]);
const right: Provider = {
  id: "p",
  listModels: async () => [{ id: "m", contextWindow: 8_192 }],
  model: (id) => ({ name: `p/${id}`, stream: (request, signal) => answering().stream(request, signal) }),
};
const listing = (...cards: readonly ModelCard[]): Provider => ({ ...right, listModels: async () => cards });
let times = 0;

/** Each does one thing that no provider may do. */
const wrong: { readonly [what: string]: Provider } = {
  "lists nothing": listing(),
  "lists a model twice": listing({ id: "m" }, { id: "m" }),
  "lists a model without a name": listing({ id: "" }),
  "lists a window that is no size": listing({ id: "m", contextWindow: 0.5 }),
  "lists something else each time": { ...right, listModels: async () => [{ id: `m-${times++}` }] },
  "refuses a name that it has not heard": {
    ...right,
    model: () => {
      throw new Error("unknown model");
    },
  },
  "names its models after somebody else": { ...right, model: (id) => ({ ...right.model(id), name: `q/${id}` }) },
  "knows another window than it lists": { ...right, model: (id) => ({ ...right.model(id), contextWindow: 1 }) },
  "has a model that never ends": {
    ...right,
    model: (id) => ({
      name: `p/${id}`,
      async *stream() {
        yield part.text("a");
      },
    }),
  },
};

const broken = async (provider: Provider): Promise<readonly string[]> => {
  const laws = await Promise.all(
    Object.entries(providerLaws).map(([law, hold]) =>
      hold(async () => ({ provider, request: modelRequest() })).then(
        () => [],
        () => [law],
      ),
    ),
  );
  return laws.flat();
};

test("a right provider keeps every law", async () => {
  expect(await broken(right)).toEqual([]);
});

for (const [what, provider] of Object.entries(wrong))
  test(`a provider that ${what} is caught`, async () => {
    expect(await broken(provider)).not.toEqual([]);
  });
