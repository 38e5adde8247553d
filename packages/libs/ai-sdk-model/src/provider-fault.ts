import type { Fault, Json, ModelError } from "@dispatch/kernel";

/** The failure of a request as a fault. It bears the kernel's brand itself, because a library has no kernel in it at run time. */
export class ProviderFault extends Error implements Fault {
  readonly kind: Fault["kind"];
  readonly code: Fault["code"];
  readonly data: { readonly [key: string]: Json };

  constructor({ message, kind, code, retryAfterMs }: ModelError, cause: unknown) {
    super(message, { cause });
    this.kind = kind;
    this.code = code;
    this.data = retryAfterMs === undefined ? {} : { retryAfterMs };
    Object.defineProperty(this, Symbol.for("dispatch.fault"), { value: true });
  }
}
