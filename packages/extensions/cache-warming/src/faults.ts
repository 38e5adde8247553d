import { Fault } from "@dispatch/kernel";

/** A conversation cannot be warmed now. The message says why. */
export class Refused extends Fault {
  readonly kind = "conflict";
  readonly code = "cache-warming/refused";

  /** With the fault that was in the way. */
  static because(cause: Fault): Refused {
    return new Refused(cause.message, { cause, data: { because: cause.code } });
  }
}

export class NoConversation extends Fault {
  readonly kind = "invalid";
  readonly code = "cache-warming/no-conversation";

  constructor() {
    super("Name the conversation that is to be kept warm.");
  }
}

export class BadInterval extends Fault {
  readonly kind = "invalid";
  readonly code = "cache-warming/bad-interval";

  constructor() {
    super("An interval is a number of seconds.");
  }
}

export class TooManyWarm extends Fault {
  readonly kind = "limited";
  readonly code = "cache-warming/too-many";

  constructor(enabledMax: number) {
    super(`${enabledMax} conversations are kept warm already. Switch it off for one of them first.`, { data: { limit: "enabledMax" } });
  }
}
