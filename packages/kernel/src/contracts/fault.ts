import type { ErrorBody, FaultKind } from "@dispatch/wire";
import type { Json } from "./json.ts";

export type { FaultKind } from "@dispatch/wire";

const brand = Symbol.for("dispatch.fault");

/** An error that says what its receiver should do. Its message says what to do next; it never holds a secret. */
export abstract class Fault extends Error {
  abstract readonly kind: FaultKind;
  /** Who says so and what: `<owner>/<what>`. */
  abstract readonly code: `${string}/${string}`;
  readonly data: { readonly [key: string]: Json };

  constructor(message: string, options: { readonly cause?: unknown; readonly data?: { readonly [key: string]: Json } } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.data = options.data ?? {};
    Object.defineProperty(this, brand, { value: true });
  }

  /** By a brand, not by prototype: a fault that comes from another copy of the kernel is one too. */
  static is(thrown: unknown): thrown is Fault {
    return typeof thrown === "object" && thrown !== null && (thrown as { [brand]?: unknown })[brand] === true;
  }
}

class PlainFault extends Fault {
  readonly kind: FaultKind;
  readonly code: `${string}/${string}`;
  constructor(kind: FaultKind, code: `${string}/${string}`, message: string, options?: ConstructorParameters<typeof Fault>[1]) {
    super(message, options);
    this.kind = kind;
    this.code = code;
  }
}

/** For a fault that needs no class of its own. */
export function fault(
  kind: FaultKind,
  code: `${string}/${string}`,
  message: string,
  options?: { readonly cause?: unknown; readonly data?: { readonly [key: string]: Json } },
): Fault {
  return new PlainFault(kind, code, message, options);
}

/** What is not a fault is our mistake: it becomes a `defect` with the thrown value as its cause. */
export function asFault(thrown: unknown, code: `${string}/${string}` = "kernel/defect"): Fault {
  if (Fault.is(thrown)) return thrown;
  const what = thrown instanceof Error ? thrown.message : String(thrown);
  return fault("defect", code, `Something went wrong inside Dispatch: ${what}`, { cause: thrown });
}

/** What crosses the wire of a fault: never its stack or its cause. */
export function errorBody(thrown: Fault): ErrorBody {
  const body = { error: thrown.message, code: thrown.code, kind: thrown.kind };
  return Object.keys(thrown.data).length === 0 ? body : { ...body, data: thrown.data };
}
