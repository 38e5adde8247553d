import type { ModelCard } from "@dispatch/kernel";

const seeing = (contextWindow: number, ...ids: readonly string[]): readonly ModelCard[] =>
  ids.map((id) => ({ id, contextWindow, vision: true }));
const blind = (contextWindow: number, ...ids: readonly string[]): readonly ModelCard[] =>
  ids.map((id) => ({ id, contextWindow, vision: false }));

/** As OpenAI's pages of its models told in 2026: its listing has ids alone. What is absent is unknown. */
export const cards: readonly ModelCard[] = [
  ...seeing(1_050_000, "gpt-5.5"),
  ...seeing(400_000, "gpt-5.2", "gpt-5.2-pro", "gpt-5.2-codex", "gpt-5.1", "gpt-5.1-codex", "gpt-5.1-codex-mini", "gpt-5.1-codex-max"),
  ...seeing(400_000, "gpt-5", "gpt-5-pro", "gpt-5-mini", "gpt-5-nano", "gpt-5-codex"),
  ...seeing(128_000, "gpt-5.2-chat-latest", "gpt-5.1-chat-latest", "gpt-5-chat-latest"),
  ...seeing(1_047_576, "gpt-4.1", "gpt-4.1-mini", "gpt-4.1-nano"),
  ...seeing(128_000, "gpt-4o", "gpt-4o-mini", "gpt-4-turbo"),
  ...seeing(200_000, "o1", "o1-pro", "o3", "o3-pro", "o4-mini"),
  ...blind(200_000, "o3-mini"),
  ...blind(16_385, "gpt-3.5-turbo"),
];
