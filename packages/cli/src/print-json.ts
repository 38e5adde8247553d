import type { Screen } from "./screen.ts";

/** One line in a pipe, indented for a person. */
export async function printJson(value: unknown, screen: Screen): Promise<void> {
  await screen.write({ text: `${JSON.stringify(value, null, screen.isTerminal ? 2 : 0)}\n` });
}
