import { expect, test } from "vitest";
import type { Command } from "./commands.ts";
import { groupCommands } from "./group-commands.ts";

const command = (group: Command["group"], title: string): Command => ({ id: `${group} ${title}`, group, title, action: { run() {} } });
const commands = [
  command("Do", "New conversation"),
  ...Array.from({ length: 20 }, (_, n) => command("Conversations", `About ${n}`)),
  command("Ops", "conversations.list"),
];
const shown = (query: string) => groupCommands(commands, query).map(({ name, commands: some, more }) => [name, some.length, more]);

test("without a query a few of each kind are offered, and no op", () => {
  expect(shown(" ")).toEqual([
    ["Do", 1, 0],
    ["Conversations", 5, 0],
  ]);
});

// Reaches foundMax.
test("the group of the best find comes first, and what does not fit is counted", () => {
  expect(shown("about")).toEqual([["Conversations", 12, 8]]);
  expect(shown("conversations")).toEqual([["Ops", 1, 0]]);
  expect(shown("conversation").map(([name]) => name)).toEqual(["Ops", "Do"]);
  expect(shown("nothing of it")).toEqual([]);
});
