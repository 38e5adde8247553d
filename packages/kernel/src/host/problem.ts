import type { Extension } from "../contracts/extension.ts";
import { type Fault, fault } from "../contracts/fault.ts";
import { nearest } from "../contracts/nearest.ts";

/** One thing that is wrong with what `boot` was given, found before any extension runs. */
export interface Problem {
  readonly extensionId: string;
  readonly about: "manifest" | "config";
  /** A clause without its full stop that says what is wrong and what would be right. Never holds a configured value. */
  readonly text: string;
}

/** One fault for all problems of one extension. */
export function problemFault(problems: readonly Problem[]): Fault {
  const about = problems.some((problem) => problem.about === "manifest") ? "manifest" : "config";
  const texts = problems.map((problem) => problem.text);
  return fault("invalid", `kernel/bad-${about}`, `${texts.join("; ")}.`, { data: { problems: texts } });
}

/** The word that is not valid, with the valid one that was probably meant. */
export function unknownWord(word: string, valid: readonly string[]): string {
  const meant = nearest(word, valid);
  if (meant !== undefined) return `"${word}" (did you mean "${meant}"?)`;
  return valid.length === 0 ? `"${word}"` : `"${word}" (there is ${valid.join(", ")})`;
}

/** What an extension is called in a report, also when it has no usable id. */
export function nameOf(extension: Extension, index: number): string {
  const id: unknown = extension?.id; // what is loaded from outside may be anything
  return typeof id === "string" && id !== "" ? id : `extension-${index + 1}`;
}
