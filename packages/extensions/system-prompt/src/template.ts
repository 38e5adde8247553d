/** A template as a list of steps. Jumps lead forward only, so that rendering ends after at most one visit to each. */
export type Template = readonly Step[];

type Step =
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "insert"; readonly variable: VariableName }
  /** Goes on at `otherwise` where the condition does not hold. */
  | { readonly type: "branch"; readonly variable: VariableName; readonly negated: boolean; readonly otherwise: number }
  | { readonly type: "jump"; readonly to: number };

export interface VariableName {
  readonly type: string;
  readonly name: string;
}

/** What a rendered prompt may hold; the rest is left out. */
export const promptCharsMax = 512 * 1024;

/** Never throws: what is no tag, and what is a tag in a wrong place, is text. */
export function parseTemplate(source: string): Template {
  const steps: Step[] = [];
  const open: OpenIf[] = [];
  for (const token of tokensOf(source)) {
    const at = steps.length;
    // An [if] and its [else] are text until the [endif] that makes them more.
    steps.push(token.type === "insert" ? token : { type: "text", text: token.text });
    if (token.type === "if") open.push({ at, variable: token.variable, negated: token.negated });
    const innermost = open.at(-1);
    if (innermost === undefined) continue;
    if (token.type === "else") innermost.elseAt ??= at;
    if (token.type === "endif") close(innermost, at, steps, open);
  }
  return steps;
}

interface OpenIf {
  readonly at: number;
  readonly variable: VariableName;
  readonly negated: boolean;
  elseAt?: number;
}

function close({ at, variable, negated, elseAt }: OpenIf, endAt: number, steps: Step[], open: OpenIf[]): void {
  const behind = endAt + 1;
  steps[endAt] = { type: "jump", to: behind };
  steps[at] = { type: "branch", variable, negated, otherwise: elseAt === undefined ? behind : elseAt + 1 };
  if (elseAt !== undefined) steps[elseAt] = { type: "jump", to: behind };
  open.pop();
}

/** The values are inserted as they are: tags in them have no meaning. A variable exists when `values` has it, be it empty. */
export function renderTemplate(template: Template, values: ReadonlyMap<string, string>): string {
  const pieces: string[] = [];
  let room = promptCharsMax;
  for (let at = 0; room > 0; ) {
    const step = template[at];
    if (step === undefined) break;
    at++;
    if (step.type === "jump") at = step.to;
    else if (step.type === "branch") at = values.has(keyOf(step.variable)) === step.negated ? step.otherwise : at;
    else {
      const piece = (step.type === "text" ? step.text : (values.get(keyOf(step.variable)) ?? "")).slice(0, room);
      pieces.push(piece);
      room -= piece.length;
    }
  }
  return pieces.join("");
}

export const keyOf = ({ type, name }: VariableName): string => `${type}:${name}`;

/** Each variable that a template asks for, once. */
export function variablesOf(template: Template): readonly VariableName[] {
  const asked = template.flatMap((step) => ("variable" in step ? [step.variable] : []));
  return [...new Map(asked.map((variable) => [keyOf(variable), variable])).values()];
}

type Token =
  | { readonly type: "text" | "else" | "endif"; readonly text: string }
  | { readonly type: "insert"; readonly text: string; readonly variable: VariableName }
  | { readonly type: "if"; readonly text: string; readonly variable: VariableName; readonly negated: boolean };

const bare = /\[\s*(else|endif)\s*\]/y;
const beginning = /\[\s*(?:(if)\s+(!?))?(\w+):/y;

/** The whole source in order, nothing left out. One look at each character: a template of brackets alone costs no more than another. */
export function* tokensOf(source: string): Generator<Token, void, void> {
  let textFrom = 0;
  let closing = -1;
  for (let at = source.indexOf("["); at !== -1; ) {
    if (closing < at) closing = source.indexOf("]", at);
    if (closing === -1) break;
    const token = tokenAt(source, at, closing);
    if (token !== undefined) {
      if (at > textFrom) yield { type: "text", text: source.slice(textFrom, at) };
      yield token;
      textFrom = closing + 1;
    }
    at = source.indexOf("[", token === undefined ? at + 1 : textFrom);
  }
  if (textFrom < source.length) yield { type: "text", text: source.slice(textFrom) };
}

/** The tag between the bracket at `at` and the first that closes; `undefined` when it is none. */
function tokenAt(source: string, at: number, closing: number): Token | undefined {
  const text = source.slice(at, closing + 1);
  bare.lastIndex = at;
  const word = bare.exec(source)?.[1];
  if (word === "else" || word === "endif") return { type: word, text };
  beginning.lastIndex = at;
  const [whole = "", condition, negation, type = ""] = beginning.exec(source) ?? [];
  const name = source.slice(at + whole.length, closing).trimEnd();
  if (whole === "" || name === "") return undefined;
  const variable = { type, name };
  return condition === undefined ? { type: "insert", text, variable } : { type: "if", text, variable, negated: negation === "!" };
}
