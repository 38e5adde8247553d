import type { Command } from "./commands.ts";
import { rank } from "./rank.ts";

export interface CommandGroup {
  readonly name: Command["group"];
  readonly commands: readonly Command[];
  /** That were found and are not shown. */
  readonly more: number;
}

const foundMax = 12;
/** Without a query: what is likely meant. Ops are found by a word. */
const offeredMax: { readonly [group in Command["group"]]: number } = { Do: 5, "Go to": 8, Conversations: 5, Ops: 0 };

/** What fits the query, by group; the group of the best one first. */
export function groupCommands(commands: readonly Command[], query: string): readonly CommandGroup[] {
  const isEmpty = query.trim() === "";
  const groups = Map.groupBy(rank(commands, query), ({ group }) => group);
  return [...groups].flatMap(([name, members]) => {
    const shown = members.slice(0, isEmpty ? offeredMax[name] : foundMax);
    return shown.length === 0 ? [] : [{ name, commands: shown, more: isEmpty ? 0 : members.length - shown.length }];
  });
}
