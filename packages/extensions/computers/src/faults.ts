import { Fault } from "@dispatch/kernel";

export class UnknownComputer extends Fault {
  readonly kind = "missing";
  readonly code = "computers/unknown-computer";

  constructor(alias: string) {
    super(`There is no computer ${alias}. This server reaches no other computers: tools run on its own machine.`, { data: { alias } });
  }
}
