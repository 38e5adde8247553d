import type { Diagnostic } from "vscode-languageserver-types";

/** Of one file a server may tell as many; the rest is dropped as it comes. */
const diagnosticsMax = 200;
const filesMax = 500;
const messageCharsMax = 1_000;
const sourceCharsMax = 100;

/** What a server has pushed, by URI. */
export class PushedDiagnostics {
  readonly #byUri = new Map<string, Pushed>();
  readonly #watchers = new Set<(uri: string) => void>();

  take(params: unknown): void {
    const { uri, version, diagnostics } = (params ?? {}) as { readonly [field: string]: unknown };
    if (typeof uri !== "string") return;
    // Moved to the end, so that what was told of longest ago goes first.
    this.#byUri.delete(uri);
    this.#byUri.set(uri, { items: diagnosticsIn(diagnostics), ...(typeof version === "number" && { version }) });
    const [oldest] = this.#byUri.keys();
    if (this.#byUri.size > filesMax && oldest !== undefined) this.#byUri.delete(oldest);
    for (const watcher of this.#watchers) watcher(uri);
  }

  /** Absent: the server has told nothing of this version, or what it told belongs to an older one. */
  of(uri: string, version: number): readonly Diagnostic[] | undefined {
    const pushed = this.#byUri.get(uri);
    return pushed === undefined || (pushed.version ?? version) < version ? undefined : pushed.items;
  }

  /** What was told without a version may be of the text before. */
  forget(uri: string): void {
    this.#byUri.delete(uri);
  }

  /** Resolves when the server tells of the file, or the signal aborts. */
  next(uri: string, signal: AbortSignal): Promise<void> {
    const told = Promise.withResolvers<void>();
    const watcher = (other: string) => {
      if (other === uri) told.resolve();
    };
    const stop = () => told.resolve();
    this.#watchers.add(watcher);
    signal.addEventListener("abort", stop, { once: true });
    if (signal.aborted) stop();
    return told.promise.finally(() => {
      this.#watchers.delete(watcher);
      signal.removeEventListener("abort", stop);
    });
  }
}

interface Pushed {
  readonly version?: number;
  readonly items: readonly Diagnostic[];
}

/** What a server answers when it is asked. */
export function pulledDiagnostics(answer: unknown): readonly Diagnostic[] {
  return diagnosticsIn((answer as { readonly items?: unknown } | null)?.items);
}

/** Each once, where a server both pushes and answers. */
export function mergeDiagnostics(...lists: readonly (readonly Diagnostic[])[]): readonly Diagnostic[] {
  const keyed = lists.flat().map((item) => [JSON.stringify([item.range, item.severity, item.code, item.message]), item] as const);
  return [...new Map(keyed).values()];
}

/** Without what is no diagnostic: a server may send anything. */
function diagnosticsIn(given: unknown): readonly Diagnostic[] {
  return Array.isArray(given) ? given.filter(isDiagnostic).slice(0, diagnosticsMax).map(kept) : [];
}

/** What we show of it. A server may send far more with each, and it is held for long. */
function kept({ range: { start, end }, severity, code, source, message }: Diagnostic): Diagnostic {
  const place = ({ line, character }: Diagnostic["range"]["start"]) => ({ line, character });
  return {
    range: { start: place(start), end: place(end) },
    message: String(message).slice(0, messageCharsMax),
    ...(([1, 2, 3, 4] as const).some((each) => each === severity) && severity !== undefined && { severity }),
    ...((typeof code === "number" || typeof code === "string") && {
      code: typeof code === "string" ? code.slice(0, sourceCharsMax) : code,
    }),
    ...(typeof source === "string" && { source: source.slice(0, sourceCharsMax) }),
  };
}

function isDiagnostic(given: unknown): given is Diagnostic {
  const { range, message } = (given ?? {}) as { readonly [field: string]: unknown };
  return typeof message === "string" && isRange(range);
}

/** Whether a value that a server sent is a range. */
export function isRange(given: unknown): boolean {
  const { start, end } = (given ?? {}) as { readonly [field: string]: unknown };
  return [start, end].every((position) => {
    const { line, character } = (position ?? {}) as { readonly [field: string]: unknown };
    return Number.isInteger(line) && Number.isInteger(character);
  });
}
