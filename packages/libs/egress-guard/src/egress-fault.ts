import type { Fault } from "@dispatch/kernel";

/** A request that was not made, or not finished. It bears the kernel's brand itself, because a library has no kernel in it at run time. */
export class EgressFault extends Error implements Fault {
  readonly kind: Fault["kind"];
  readonly code: Fault["code"];
  readonly data = {};

  constructor(kind: Fault["kind"], code: `egress-guard/${string}`, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.kind = kind;
    this.code = code;
    Object.defineProperty(this, Symbol.for("dispatch.fault"), { value: true });
  }
}
