import { Fault } from "@dispatch/kernel";

export class NoLimit extends Fault {
  readonly kind = "missing";
  readonly code = "concurrency/no-limit";

  constructor(providerId: string) {
    super(`No limit is set for ${providerId}. Set one by PUT /concurrency/limits/${providerId}.`, { data: { providerId } });
  }
}

export class TooManyProviders extends Fault {
  readonly kind = "limited";
  readonly code = "concurrency/too-many-providers";

  constructor(providersMax: number) {
    super(`Something is set for ${providersMax} providers already. Check the provider's id.`, { data: { limit: "providersMax" } });
  }
}
