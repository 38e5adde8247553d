import type { PolicyRuleGiven } from "@dispatch/transport-contract";
import type { CommandReach } from "@dispatch/wire";
import { isIdle, writtenOut } from "./commands.ts";
import type { JudgedCall } from "./judge.ts";

/** Commands of one script; a longer one is asked about each time. */
export const partsMax = 5;

/** Rules that let through this very call and no other; `undefined` when no rule can be that narrow. */
export function narrowRules(call: JudgedCall, isSandboxed: boolean): readonly PolicyRuleGiven[] | undefined {
  const { tool, reach, realPath } = call;
  if (reach.kind === "write") {
    // Both ways must lead there: where it is written, and where it ends now.
    return realPath === undefined || realPath === reach.path ? [{ effect: "allow", tool, path: reach.path, exact: true }] : undefined;
  }
  if (reach.kind !== "command" || reach.script.doubt !== undefined) return undefined;
  const parts = reach.script.commands.filter((command) => !isIdle(command));
  const written = parts.map(writtenOut);
  if (parts.length === 0 || parts.length > partsMax) return undefined;
  const allowed: CommandReach | undefined = isSandboxed ? reach.wants : "everything";
  const rules = written.flatMap((command) =>
    command === undefined
      ? []
      : [
          {
            effect: "allow" as const,
            tool,
            command,
            path: reach.folder,
            exact: true,
            ...(allowed === undefined ? {} : { reach: allowed }),
          },
        ],
  );
  return rules.length === written.length ? rules : undefined;
}

/** What a yes lets through from then on, for people. */
export function consequenceOf(rules: readonly PolicyRuleGiven[] | undefined): string {
  const [first] = rules ?? [];
  if (rules === undefined || first === undefined) return "This one call. To let more of its kind through, set a rule.";
  if (first.command === undefined) return `From then on ${first.tool} may change ${first.path}.`;
  const commands = rules.map(({ command }) => `\`${command}\``).join(", ");
  const far = first.reach === "everything" ? ", unconfined" : first.reach === "network" ? ", with the network" : "";
  return `From then on exactly ${commands} may run in ${first.path}${far}.`;
}
