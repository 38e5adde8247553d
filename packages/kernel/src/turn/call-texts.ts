import type { Fault } from "../contracts/fault.ts";
import { nearest } from "../contracts/nearest.ts";
import type { Tool } from "../contracts/tool.ts";

/** What the model reads when a call gave no result of its own: what happened, and what to do now. */

const namesMax = 50;
const excerptCharsMax = 200;
const problemsMax = 10;

export function unknownToolText(name: string, tools: readonly Tool[]): string {
  const names = tools.map((tool) => tool.name);
  if (names.length === 0) return `There is no tool "${name}": no tools are available. Answer without them.`;
  const meant = nearest(name, names);
  const question = meant === undefined ? "" : ` Did you mean ${meant}?`;
  const more = names.length > namesMax ? ` and ${names.length - namesMax} more` : "";
  return `There is no tool "${name}".${question} The tools are: ${names.slice(0, namesMax).join(", ")}${more}.`;
}

/** Quotes what was written: the log keeps no input that is not JSON, so the model cannot look it up. */
export const badJsonText = (name: string, inputText: string): string =>
  `${name} was not run: its input is not valid JSON. Call it again with one complete JSON object. It was: ${excerpt(inputText)}`;

export const tooDeepText = (name: string, depthMax: number): string =>
  `${name} was not run: its input is nested deeper than ${depthMax}. Call it again with flatter input.`;

export function misfitText(name: string, problems: readonly string[]): string {
  const listed = problems.slice(0, problemsMax).map((problem) => `- ${problem}`);
  const more = problems.length > problemsMax ? [`- and ${problems.length - problemsMax} more`] : [];
  return [`${name} was not run: its input does not fit.`, ...listed, ...more, "Correct this and call it again."].join("\n");
}

/** A fault's own message says what to do. A defect's cannot: nobody reckoned with it. */
export const failedText = (name: string, fault: Fault): string =>
  fault.kind === "defect" ? `${name} failed. ${fault.message}. Try another way, or tell the person.` : `${name} failed: ${fault.message}`;

export const timedOutText = (name: string, timeoutMs: number): string =>
  `${name} was stopped at its limit of ${timeoutMs / 1_000} s. What it had done by then stays done. Check that, then ask for less at once.`;

export type Hindrance = "aborted" | "time-limit" | "length" | "cut" | "last-step";

const reasons: { readonly [hindrance in Hindrance]: string } = {
  aborted: "the turn was stopped",
  "time-limit": "the turn reached its time limit",
  length: "the answer reached its length limit before it was complete. Do it in smaller parts",
  cut: "the answer that asked for it did not end properly. Call it again if it is still needed",
  "last-step": "the turn has used up its steps. Answer with what is known",
};

export const notRunText = (name: string, why: Hindrance): string => `${name} was not run: ${reasons[why]}.`;

export const stoppedText = (name: string, why: Hindrance): string =>
  `${name} was stopped while it ran: ${reasons[why]}. Part of its effects may remain.`;

export const repeatedText = (times: number): string =>
  `[This call has now given the same result ${times} times. Do something else, or answer with what is known.]`;

function excerpt(text: string): string {
  const half = excerptCharsMax / 2;
  return text.length <= excerptCharsMax ? text : `${text.slice(0, half)} … ${text.slice(-half)}`;
}
