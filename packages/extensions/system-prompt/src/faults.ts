import { Fault } from "@dispatch/kernel";

/** Each variable of a template costs a look at the machine. */
export class TooManyVariables extends Fault {
  readonly kind = "invalid";
  readonly code = "system-prompt/too-many-variables";

  constructor(count: number, variablesMax: number) {
    super(`The template asks for ${count} different variables; at most ${variablesMax} are possible. Leave some out.`, {
      data: { limit: "variablesMax" },
    });
  }
}
