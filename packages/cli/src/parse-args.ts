import { usageFault } from "./client-fault.ts";
import type { Args, Command, Flag } from "./command.ts";
import { nearest } from "./nearest.ts";

type Parsed = { readonly help: true } | { readonly help: false; readonly args: Args };

/** Values stand behind their flag as the next word. `--` ends the flags. What the command does not know is refused. */
export function parseArgs(command: Command, words: readonly string[]): Parsed {
  const operands: string[] = [];
  const values: { [flag: string]: string } = {};
  const switches = new Set<string>();
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? "";
    if (word === "--") {
      operands.push(...words.slice(at + 1));
      break;
    }
    if (word === "--help" || word === "-h") return { help: true };
    if (word === "-" || !word.startsWith("-")) {
      operands.push(word);
      continue;
    }
    const flag = findFlag(command, word);
    if (flag.value === undefined) switches.add(flag.name);
    else values[flag.name] = checkedValue(command, flag, words[++at]);
  }
  checkOperands(command, operands);
  return { help: false, args: { operands, values, switches } };
}

function findFlag(command: Command, word: string): Flag {
  const flag = command.flags.find(({ name, short }) => word === `--${name}` || (short !== undefined && word === `-${short}`));
  if (flag !== undefined) return flag;
  const name = word.split("=", 1)[0] ?? word;
  if (name !== word && command.flags.some((known) => `--${known.name}` === name))
    throw usageFault(`Write the value of ${name} as the next word: ${name} ${word.slice(name.length + 1)}`);
  const known = [...command.flags.map((other) => `--${other.name}`), "--help"];
  throw usageFault(`"dispatch ${command.name}" has no flag ${name}. Did you mean ${nearest(name, known)}? ${seeHelp(command)}`);
}

function checkedValue(command: Command, flag: Flag, value: string | undefined): string {
  if (value === undefined || command.flags.some(({ name }) => value === `--${name}`))
    throw usageFault(`--${flag.name} needs a value: --${flag.name} <${flag.value}>. ${seeHelp(command)}`);
  for (const item of flag.list ? value.split(",") : [value]) checkChoice(`--${flag.name}`, item.trim(), flag.choices);
  return value;
}

function checkChoice(where: string, given: string, choices: readonly string[] | undefined): void {
  if (choices === undefined || choices.includes(given)) return;
  throw usageFault(`${where} cannot be "${given}". Did you mean ${nearest(given, choices)}? It takes ${choices.join(", ")}.`);
}

function checkOperands(command: Command, operands: readonly string[]): void {
  const missing = command.operands[operands.length];
  if (missing !== undefined && missing.optional === undefined)
    throw usageFault(`"dispatch ${command.name}" needs <${missing.name}>${orWithin(command)}. ${seeHelp(command)}`);
  const extra = operands[command.operands.length];
  if (extra !== undefined && command.operands.at(-1)?.rest === undefined)
    throw usageFault(`"dispatch ${command.name}" does not know what to do with "${extra}". ${seeHelp(command)}`);
  command.operands.forEach(({ name, choices }, index) => {
    const given = operands[index];
    if (given !== undefined) checkChoice(`<${name}>`, given, choices);
  });
}

/** Commands that begin with this one's word. */
const orWithin = ({ within, name }: Command): string =>
  within === undefined ? "" : `, or one of ${within.map((inner) => inner.name.slice(name.length + 1)).join(", ")}`;

const seeHelp = (command: Command): string => `See dispatch ${command.name} --help.`;
