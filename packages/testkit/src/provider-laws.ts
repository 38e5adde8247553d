import assert from "node:assert/strict";
import type { ModelRequest, Provider } from "@dispatch/kernel";
import type { Laws } from "./laws.ts";
import { modelLaws } from "./model-laws.ts";

export interface ProviderUnderTest {
  /** Its other side lists models and answers every request. */
  readonly provider: Provider;
  readonly request: ModelRequest;
}

/** What every Provider must do, with another side or without one. */
const ownLaws: Laws<ProviderUnderTest> = {
  "what is listed has an id each, none twice, and a context window that is a size": async (open) => {
    const { provider } = await open();
    const cards = await provider.listModels(new AbortController().signal);
    assert.ok(cards.length > 0);
    assert.deepEqual(
      [...new Set(cards.map(({ id }) => id))],
      cards.map(({ id }) => id),
    );
    for (const { id, contextWindow } of cards) {
      assert.notEqual(id, "");
      assert.ok(contextWindow === undefined || (Number.isInteger(contextWindow) && contextWindow > 0));
    }
  },
  "listing is repeatable": async (open) => {
    const { provider } = await open();
    const list = () => provider.listModels(new AbortController().signal);
    assert.deepEqual(await list(), await list());
  },
  "any id gives a model, which is named after its provider": async (open) => {
    const { provider } = await open();
    for (const id of ["unheard-of", "vendor/model:free", "ünïcode", "../..", "a b"])
      assert.equal(provider.model(id).name, `${provider.id}/${id}`);
  },
  "what a listing tells of a model is known of it": async (open) => {
    const { provider } = await open();
    for (const { id, contextWindow } of await provider.listModels(new AbortController().signal))
      if (contextWindow !== undefined) assert.equal(provider.model(id).contextWindow ?? contextWindow, contextWindow);
  },
  "a listing that nobody waits for any more settles": async (open) => {
    const { provider } = await open();
    await Promise.allSettled([provider.listModels(AbortSignal.abort())]);
  },
};

/** And each of its models keeps the laws of models. */
const lawsOfItsModels: Laws<ProviderUnderTest> = Object.fromEntries(
  Object.entries(modelLaws).map(([law, hold]) => [
    `of a listed model: ${law}`,
    (open: () => Promise<ProviderUnderTest>) =>
      hold(async () => {
        const { provider, request } = await open();
        const [card] = await provider.listModels(new AbortController().signal);
        assert.ok(card !== undefined);
        return { model: provider.model(card.id), request };
      }),
  ]),
);

export const providerLaws: Laws<ProviderUnderTest> = { ...ownLaws, ...lawsOfItsModels };
