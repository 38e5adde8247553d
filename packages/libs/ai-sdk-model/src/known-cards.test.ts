import { expect, test } from "vitest";
import { knownCards } from "./known-cards.ts";

const written = [
  { id: "claude-a-4", contextWindow: 200 },
  { id: "gpt-b", contextWindow: 400, vision: true },
];

test("a dated or latest version is known as its model; another model of the family is not", () => {
  const { of } = knownCards(written);
  for (const id of ["claude-a-4", "claude-a-4-20250929", "claude-a-4@20250929", "claude-a-4-latest", "gpt-b-2025-09-29", "gpt-b-001"])
    expect(of(id)?.contextWindow).toBeGreaterThan(0);
  for (const id of ["claude-a-4-5", "gpt-b-mini", "gpt-b2", "claude-a", ""]) expect(of(id)).toBeUndefined();
});

test("what the server tells counts more, and what it leaves out stays known", () => {
  const known = knownCards(written);
  expect(known.told({ id: "gpt-b", contextWindow: 500 })).toEqual({ id: "gpt-b", contextWindow: 500, vision: true });
  expect(known.of("gpt-b")).toEqual({ id: "gpt-b", contextWindow: 500, vision: true });
  expect(known.told({ id: "gpt-b-2025-09-29" })).toEqual({ id: "gpt-b-2025-09-29", contextWindow: 500, vision: true });
  expect(known.told({ id: "new" })).toEqual({ id: "new" });
});

test("a price is what was told last of that very model, and goes when it is told no more", () => {
  const known = knownCards(written);
  const price = { inputUsd: 0.1, outputUsd: 0.2 };
  expect(known.told({ id: "gpt-b", price }).price).toEqual(price);
  expect(known.told({ id: "gpt-b-2025-09-29" })).toEqual({ id: "gpt-b-2025-09-29", contextWindow: 400, vision: true });
  expect(known.told({ id: "gpt-b" })).toEqual({ id: "gpt-b", contextWindow: 400, vision: true });
});
