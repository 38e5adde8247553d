import type { Op } from "@dispatch/transport-contract";
import { z } from "zod";
import { usageFault } from "./client-fault.ts";
import type { Args, Flag, Operand } from "./command.ts";

/** The command line of an op, read off its input schema: fields named in `operands` stand by position, the others are flags. */
export interface OpInput {
  readonly operands: readonly Operand[];
  readonly flags: readonly Flag[];
  /** What the words say, by field. */
  read(args: Args): { readonly [field: string]: unknown };
}

interface FieldSchema {
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly enum?: readonly unknown[];
  readonly items?: FieldSchema;
}

interface ObjectSchema {
  readonly properties?: { readonly [field: string]: FieldSchema };
  readonly required?: readonly string[];
}

/** What a command says of an operand in place of what its field says. */
export type OperandsInstead = { readonly [field: string]: Partial<Operand> };

/** People say `id` and `prefix`, and `--workspace` for `workspaceId`. */
const operandNames: { readonly [field: string]: string } = { conversationId: "id", q: "prefix" };
const shortFlags: { readonly [flag: string]: string } = { workspace: "w" };

export function opInput(op: Op, instead: OperandsInstead = {}): OpInput {
  const schema = z.toJSONSchema(op.input, { io: "input", unrepresentable: "any" }) as ObjectSchema;
  const fields = schema.properties ?? {};
  const byPosition = op.cli?.operands ?? [];
  const byFlag = Object.entries(fields).filter(([field]) => !byPosition.includes(field));
  const flagFields = byFlag.map(([field, type]) => ({ field, type, flag: flagOf(field, type) }));
  return {
    operands: byPosition.map((field) => ({ ...operandOf(field, schema), ...instead[field] })),
    flags: flagFields.map(({ flag }) => flag),
    read(args) {
      const input: { [field: string]: unknown } = {};
      byPosition.forEach((field, index) => {
        const word = instead[field]?.rest ? restOf(args.operands, index) : args.operands[index];
        if (word !== undefined) input[field] = parseValue(`<${operandNames[field] ?? field}>`, fields[field], word);
      });
      for (const { field, type, flag } of flagFields) {
        const word = args.values[flag.name];
        if (word !== undefined) input[field] = parseValue(`--${flag.name}`, type, word);
        else if (args.switches.has(flag.name)) input[field] = true;
      }
      return input;
    },
  };
}

const restOf = (words: readonly string[], from: number): string | undefined =>
  from < words.length ? words.slice(from).join(" ") : undefined;

function operandOf(field: string, schema: ObjectSchema): Operand {
  const name = operandNames[field] ?? dashed(field);
  const choices = choicesOf(schema.properties?.[field] ?? {});
  return {
    name,
    ...(schema.required?.includes(field) ? {} : { optional: true as const }),
    ...(choices === undefined ? {} : { choices }),
  };
}

function flagOf(field: string, type: FieldSchema): Flag {
  const name = dashed(field.replace(/Id$/, ""));
  const choices = choicesOf(type);
  const short = shortFlags[name];
  return {
    name,
    summary: type.description ?? `The ${name.replaceAll("-", " ")}.`,
    ...(short === undefined ? {} : { short }),
    ...(isOf(type, "boolean") ? {} : { value: name.split("-").at(-1) ?? name }),
    ...(choices === undefined ? {} : { choices }),
    ...(isOf(type, "array") ? { list: true } : {}),
  };
}

function choicesOf(type: FieldSchema): readonly string[] | undefined {
  const choices = (type.items ?? type).enum?.filter((item) => typeof item === "string");
  return choices === undefined || choices.length === 0 ? undefined : choices;
}

function parseValue(where: string, type: FieldSchema | undefined, word: string): unknown {
  if (type === undefined) return word;
  if (isOf(type, "array")) return word.split(",").map((item) => item.trim());
  if (!isOf(type, "integer") && !isOf(type, "number")) return word;
  if (word.trim() === "" || !Number.isFinite(Number(word))) throw usageFault(`${where} needs a number, not "${word}".`);
  return Number(word);
}

const isOf = ({ type }: FieldSchema, name: string): boolean => (typeof type === "string" ? type === name : (type ?? []).includes(name));

const dashed = (field: string): string => field.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
