import { type Fault, fault } from "../contracts/fault.ts";
import { ownerOf, type TokenId } from "../contracts/token.ts";

interface Named {
  readonly id: TokenId;
}

export const notOwner = (extensionId: string, verb: "provide" | "fire", token: Named): Fault =>
  fault("defect", "kernel/not-owner", `${extensionId} may not ${verb} ${token.id}: only ${ownerOf(token)} may.`, {
    data: { extensionId, token: token.id },
  });

export const notDeclared = (extensionId: string, token: Named): Fault =>
  fault("defect", "kernel/not-declared", `${extensionId} uses ${token.id} without naming "${ownerOf(token)}" in dependsOn; add it there.`, {
    data: { extensionId, token: token.id },
  });

export const noService = (token: Named): Fault =>
  fault("missing", "kernel/no-service", `Nothing provides ${token.id}; see why ${ownerOf(token)} did not in the activation report.`, {
    data: { token: token.id },
  });

export const serviceTaken = (token: Named): Fault =>
  fault("conflict", "kernel/duplicate", `${token.id} is already provided; dispose the first before providing another.`, {
    data: { token: token.id },
  });

export const keyTaken = (token: Named, key: string, holderId: string): Fault =>
  fault("conflict", "kernel/duplicate", `${token.id} already holds "${key}", contributed by ${holderId}; rename or remove one of them.`, {
    data: { token: token.id, key, extensionId: holderId },
  });

export const scopeEnded = (extensionId: string): Fault =>
  fault("cancelled", "kernel/scope-ended", `${extensionId} has ended and can do nothing more.`, { data: { extensionId } });

export const activationTimeout = (extensionId: string, timeoutMs: number): Fault =>
  fault(
    "unavailable",
    "kernel/activation-timeout",
    `${extensionId} did not activate within ${timeoutMs} ms and was undone; look at what it waits for, or allow it more time.`,
    { data: { extensionId, timeoutMs } },
  );
