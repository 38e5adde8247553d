import { maskOf } from "@dispatch/journal-sink/masking";
import type { Secrets, TextPieces } from "./contract.ts";
import { maskJson } from "./mask-json.ts";
import { MaskedPieces } from "./masked-pieces.ts";

/** The one list of what is secret. Whoever composes the server makes it before anything is journaled. */
export class SecretValues implements Secrets {
  readonly #kept: { readonly value: string }[] = [];
  readonly #mask = maskOf(() => this.#values);
  #values: readonly string[] = [];

  constructor(values: readonly string[] = []) {
    for (const value of values) this.keep(value);
  }

  values(): readonly string[] {
    return this.#values;
  }

  mask(text: string): string {
    return this.#mask().text(text);
  }

  maskKnown(text: string): string {
    return this.#mask().known(text);
  }

  maskKnownIn<T>(value: T): T {
    return maskJson(value, (text) => this.maskKnown(text));
  }

  pieces(): TextPieces {
    return new MaskedPieces(this);
  }

  keep(value: string): Disposable {
    const trimmed = value.trim();
    if (trimmed === "") return { [Symbol.dispose]() {} };
    const entry = { value: trimmed };
    this.#kept.push(entry);
    this.#list();
    return {
      [Symbol.dispose]: () => {
        const at = this.#kept.indexOf(entry);
        if (at !== -1) this.#kept.splice(at, 1);
        this.#list();
      },
    };
  }

  #list(): void {
    this.#values = [...new Set(this.#kept.map(({ value }) => value))].sort((one, other) => other.length - one.length);
  }
}
