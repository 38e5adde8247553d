import {
  defineNotify,
  definePoint,
  defineService,
  type Fault,
  type NotifyToken,
  type PointToken,
  type ServiceToken,
} from "@dispatch/kernel";
import type { Op } from "@dispatch/transport-contract";

export interface Caller {
  /** Who asks: `local` without tokens, else the token's name. */
  readonly name: string;
  /** Which door: `http`, `ws`, `cli`, `mcp`, `internal`. */
  readonly via: string;
  /** Ops that change anything are refused. */
  readonly readOnly?: true;
  /** The address that the request came from, as far as it can be known. Absent: from within. */
  readonly address?: string;
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
   * Validates the input, runs the op, validates the output. Faults: `op-registry/unknown-op` (missing), `op-registry/read-only` (denied),
   * `op-registry/invalid-input` (invalid, one line a problem), `op-registry/invalid-output` (defect), and whatever the op raises.
   */
  call(id: string, input: unknown, context: OpContext): Promise<unknown>;
  /** OpenAPI 3.1 of every op. */
  openApi(): { readonly [key: string]: unknown };
}
export const OpRegistry: ServiceToken<OpRegistry> = defineService<OpRegistry>("op-registry/registry");

/** Something that a caller asked for and that is no reading, whichever door it came through: an op of intent write or destroy, a message, an action of a surface. */
export interface Act {
  /** The op's id; of what is no op a name of the same form: `chat.send`, `surfaces.invoke`. */
  readonly what: `${string}.${string}`;
  readonly caller: Caller;
  /** As it was asked for: it may be large, and hold secrets. */
  readonly input: unknown;
  /** `done`, or the code of the fault that it ended with. */
  readonly outcome: string;
}
/** Told after the fact. */
export const Acted: NotifyToken<Act> = defineNotify<Act>("op-registry/acted");

/** For doors that take acts which are no ops: those of ops are told by the registry itself. */
export interface Acts {
  tell(act: Act): void;
}
export const Acts: ServiceToken<Acts> = defineService<Acts>("op-registry/acts");

/** Takes out of what a fault says whatever nobody outside may read. */
export interface FaultMask {
  readonly id: string;
  /** A text, or JSON with texts in it: the same value when there is nothing to take out. At once, and it never throws. */
  mask<T>(value: T): T;
}
export const FaultMasks: PointToken<FaultMask> = definePoint<FaultMask>("op-registry/fault-masks", ({ id }) => id);

/** For whoever tells a client of a fault, or keeps its message where clients read it: doors and turns. */
export interface FaultMasking {
  mask<T>(value: T): T;
  /** With its kind, its code and its class, and the same fault when there is nothing to take out. */
  fault(fault: Fault): Fault;
}
export const FaultMasking: ServiceToken<FaultMasking> = defineService<FaultMasking>("op-registry/fault-masking");
