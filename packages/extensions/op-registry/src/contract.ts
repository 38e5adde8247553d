import { definePoint, defineService, type PointToken, type ServiceToken } from "@dispatch/kernel";
import type { Op } from "@dispatch/transport-contract";

export interface Caller {
  /** Who asks: `local` without tokens, else the token's name. */
  readonly name: string;
  /** Which door: `http`, `cli`, `mcp`, `internal`. */
  readonly via: string;
}

export interface OpContext {
  /** Aborts when the caller has gone. */
  readonly signal: AbortSignal;
  readonly caller: Caller;
}

/** An op with its server side. */
export interface ImplementedOp {
  readonly op: Op;
  run(input: never, context: OpContext): Promise<unknown>;
}

export function implement<Input, Output>(
  op: Op<Input, Output>,
  run: (input: Input, context: OpContext) => Output | Promise<Output>,
): ImplementedOp {
  return { op: op as unknown as Op, run: async (input: Input, context: OpContext) => run(input, context) } as ImplementedOp;
}

/** Every operation of this server, by op id. */
export const Ops: PointToken<ImplementedOp> = definePoint<ImplementedOp>("op-registry/ops", ({ op }) => op.id);

export interface OpRegistry {
  all(): readonly ImplementedOp[];
  /**
   * Validates the input, runs the op, validates the output. Faults: `op-registry/unknown-op` (missing), `op-registry/invalid-input` (invalid, one line
   * a problem), `op-registry/invalid-output` (defect), and whatever the op raises.
   */
  call(id: string, input: unknown, context: OpContext): Promise<unknown>;
  /** OpenAPI 3.1 of every op. */
  openApi(): { readonly [key: string]: unknown };
}
export const OpRegistry: ServiceToken<OpRegistry> = defineService<OpRegistry>("op-registry/registry");
