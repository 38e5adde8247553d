import type { Attributes, Log, Span } from "@dispatch/kernel";

/** Keeps what was journaled as a failure of ours, and nothing else: handlers that throw are passed over, and nobody who asks learns of it. */
export class DefectLog implements Log {
  readonly #extensionId: string;
  readonly #defects: string[];

  constructor(extensionId = "", defects: string[] = []) {
    this.#extensionId = extensionId;
    this.#defects = defects;
  }

  /** What has come since the last time that was asked; `undefined` for nothing. */
  take(): string | undefined {
    const found = this.#defects.splice(0);
    return found.length === 0 ? undefined : found.slice(0, 3).join("\n");
  }

  debug(): void {}
  info(): void {}
  warn(): void {}

  error(msg: string, attributes: Attributes = {}): void {
    if (attributes.kind === "defect") this.#defects.push(`${this.#extensionId} ${msg} ${JSON.stringify(attributes)}`);
  }

  span(): Span {
    return { spanId: "", end() {} };
  }

  named(extensionId: string): Log {
    return new DefectLog(extensionId, this.#defects);
  }
}
