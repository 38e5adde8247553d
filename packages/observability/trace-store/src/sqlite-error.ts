/** Says what to do next. */
export class TraceStoreError extends Error {
  readonly code: `trace-store/${string}`;
  constructor(code: `trace-store/${string}`, message: string, options?: { readonly cause: unknown }) {
    super(message, options);
    this.code = code;
  }
}

/** The file's content makes no sense, as opposed to a disk that does not answer. */
export function isDamage(thrown: unknown): boolean {
  const code = thrown instanceof Error && "code" in thrown ? String(thrown.code) : "";
  return code === "SQLITE_NOTADB" || code.startsWith("SQLITE_CORRUPT") || code === "trace-store/damaged";
}
