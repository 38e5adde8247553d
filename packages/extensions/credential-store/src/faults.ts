import { Fault } from "@dispatch/kernel";

const known = (names: readonly string[]): string => (names.length === 0 ? "There are none." : `There are: ${names.join(", ")}.`);

export class UnknownCredential extends Fault {
  readonly kind = "invalid";
  readonly code = "credential-store/unknown-credential";

  constructor(modelName: string, credentials: readonly string[]) {
    super(`No credential fits the model name ${JSON.stringify(modelName)}. A model name is <credential>/<model>. ${known(credentials)}`, {
      data: { modelName, credentials },
    });
  }
}

export class UnknownModel extends Fault {
  readonly kind = "invalid";
  readonly code = "credential-store/unknown-model";

  constructor(modelName: string) {
    super(`${JSON.stringify(modelName)} names no model. Write <credential>/<model>; \`dispatch models\` lists them.`, {
      data: { modelName },
    });
  }
}

/** The credential is known, and nothing serves it: its key is not set. */
export class NoKey extends Fault {
  readonly kind = "denied";
  readonly code = "credential-store/no-key";

  constructor(credential: string, keyName: string | undefined, usable: readonly string[]) {
    const set = keyName === undefined ? "Set its key" : `Set ${keyName} in .env`;
    super(`The credential ${credential} has no key. ${set} and start the server again, or take another. ${known(usable)}`, {
      data: { credential, usable },
    });
  }
}

export class NoModel extends Fault {
  readonly kind = "invalid";
  readonly code = "credential-store/no-default";

  constructor() {
    super("No model was named and no credential has a default. Name one as <credential>/<model>.");
  }
}

/** Every provider that could be asked failed. One that answers is enough for a catalog. */
export class NoCatalog extends Fault {
  readonly kind = "unavailable";
  readonly code = "credential-store/no-catalog";

  constructor(failures: readonly string[]) {
    super(`No provider listed its models. Try again. ${failures.join(" ")}`, { data: { failures } });
  }
}
