import { allOps } from "@dispatch/transport-contract";
import { expect, test } from "vitest";
import { commands } from "./commands.ts";
import { commandHelp, usage } from "./help.ts";
import { opInput } from "./op-input.ts";

const projected = allOps.flatMap((op) => (op.cli === undefined ? [] : [{ op, command: op.cli.command }]));

test("there are ops with a command, and no two commands share a name", () => {
  expect(projected.length).toBeGreaterThan(0);
  expect(new Set(commands.map(({ name }) => name)).size).toBe(commands.length);
});

test.each(projected)("$command: the op's command, summary and flags are in help", ({ op, command: name }) => {
  expect(usage(commands)).toContain(`dispatch ${name}`);
  expect(usage(commands)).toContain(op.summary);
  const command = commands.flatMap((outer) => [outer, ...(outer.within ?? [])]).find((other) => other.name === name);
  const help = command === undefined ? "" : commandHelp(command);
  for (const flag of ["json", "server", ...opInput(op).flags.map((derived) => derived.name)]) expect(help).toContain(`--${flag}`);
});

test("help names every exit code and every variable", () => {
  const text = usage(commands);
  expect(text).toContain("0 done, 1 defect, 2 invalid, 3 unavailable, 4 missing, 5 conflict, 6 denied, 7 limited, 130 cancelled");
  for (const variable of ["BACKEND_PORT", "DISPATCH_TOKEN", "NO_COLOR"]) expect(text).toContain(variable);
});
