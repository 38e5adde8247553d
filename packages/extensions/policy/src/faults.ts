import { Fault } from "@dispatch/kernel";

export class BadRule extends Fault {
  readonly kind = "invalid";
  readonly code = "policy/bad-rule";

  constructor(problems: readonly string[]) {
    super(`No rule was changed: ${problems.join("; ")}.`, { data: { problems: [...problems] } });
  }
}

export class TooManyRules extends Fault {
  readonly kind = "limited";
  readonly code = "policy/too-many-rules";

  constructor(limit: number) {
    super(`There are ${limit} rules already. Replace them by fewer, wider ones.`, { data: { limit } });
  }
}
