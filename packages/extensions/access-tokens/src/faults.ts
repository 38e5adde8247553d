import { type Fault, fault } from "@dispatch/kernel";

export const nameTaken = (name: string): Fault =>
  fault(
    "conflict",
    "access-tokens/name-taken",
    `There is a token named ${JSON.stringify(name)} already. Revoke it, or choose another name.`,
  );

export const tooManyTokens = (tokensMax: number): Fault =>
  fault("limited", "access-tokens/too-many-tokens", `There are ${tokensMax} tokens already. Revoke some that nobody uses.`, {
    data: { limit: "tokensMax", tokensMax },
  });

export const unknownToken = (): Fault =>
  fault(
    "missing",
    "access-tokens/unknown-token",
    "There is no such token. `dispatch token list` names those there are, by id and by name.",
  );
