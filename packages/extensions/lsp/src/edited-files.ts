import { within } from "@dispatch/child-processes";
import type { Clock, Log, ToolInvocation, ToolResult } from "@dispatch/kernel";
import { editedIn } from "./edited-paths.ts";
import type { LanguageServices } from "./language-services.ts";
import { readSource } from "./read-source.ts";
import { countOf, showDiagnostics } from "./show-diagnostics.ts";

/** What an edit may wait for its diagnostics. */
export const inTimeMs = 1_500;
/** What is not known after so long is not told at all. */
const lateMs = 30_000;
const filesMax = 10;
/** Of one turn that wait at once. */
const checksMax = 50;

interface Check {
  readonly path: string;
  readonly end: AbortController;
  /** What there is to say, or empty. Absent: not known yet. */
  text?: string;
}

/**
 * Says what an edit has broken. What is known within `inTimeMs` stands in the edit's own result; what comes later is told before the model's next
 * step. An edit never fails by this.
 */
export class EditedFiles implements Disposable {
  readonly #services: LanguageServices;
  readonly #clock: Clock;
  readonly #log: Log;
  /** By turn, then by path. */
  readonly #turns = new Map<string, Map<string, Check>>();

  constructor(services: LanguageServices, clock: Clock, log: Log) {
    this.#services = services;
    this.#clock = clock;
    this.#log = log;
  }

  async after(call: ToolInvocation, result: ToolResult): Promise<ToolResult> {
    const edited = editedIn(call, result).slice(0, filesMax);
    if (edited.length === 0) return result;
    const checks = edited.map(({ path, kind }) => this.#begin(call, path, kind));
    await within(this.#clock, inTimeMs, Promise.all(checks.map(({ done }) => done)));
    const told = checks.flatMap(({ check }) => this.#take(call.turnId, check));
    return told.length === 0 ? result : { ...result, content: [...result.content, { type: "text", text: told.join("\n\n") }] };
  }

  /** What has become known since the last step. Told once. */
  notes(turnId: string): readonly string[] {
    return [...(this.#turns.get(turnId)?.values() ?? [])].flatMap((check) => this.#take(turnId, check));
  }

  /** Nobody waits any more. */
  forget(turnId: string): void {
    for (const { end } of this.#turns.get(turnId)?.values() ?? []) end.abort();
    this.#turns.delete(turnId);
  }

  [Symbol.dispose](): void {
    for (const turnId of [...this.#turns.keys()]) this.forget(turnId);
  }

  #begin(call: ToolInvocation, path: string, kind: "created" | "changed"): { readonly check: Check; readonly done: Promise<void> } {
    const checks = this.#turns.get(call.turnId) ?? new Map<string, Check>();
    this.#turns.set(call.turnId, checks);
    // A newer edit of a file makes what is said of the older one worthless.
    checks.get(path)?.end.abort();
    const check: Check = { path, end: new AbortController() };
    checks.delete(path);
    checks.set(path, check);
    const [oldest] = checks.values();
    if (checks.size > checksMax && oldest !== undefined) this.#drop(call.turnId, oldest);
    void this.#clock.sleep(lateMs, check.end.signal).then(() => check.end.abort());
    const done = this.#ask(call, path, kind, check.end.signal)
      .catch((thrown: unknown) => {
        this.#log.debug("edit-not-checked", { path, why: thrown instanceof Error ? thrown.message : String(thrown) });
        return "";
      })
      .then((text) => {
        check.end.abort();
        if (text === "") this.#drop(call.turnId, check);
        else check.text = text;
      });
    return { check, done };
  }

  async #ask({ workspace }: ToolInvocation, path: string, kind: "created" | "changed", signal: AbortSignal): Promise<string> {
    if (!(await this.#services.concerns(workspace.root, path))) return "";
    const file = await readSource(workspace, path);
    if ("why" in file) return "";
    await this.#services.tellChanged(file.path, kind);
    const findings = await this.#services.check(workspace.root, file, signal);
    const problems = showDiagnostics(findings);
    if (problems.lines.length === 0) return "";
    const by = [...new Set(findings.map(({ server }) => server))].join(", ");
    return [`${workspace.display(file.path)} after this edit: ${countOf(problems)} (${by})`, ...problems.lines].join("\n");
  }

  #take(turnId: string, check: Check): readonly string[] {
    if (check.text === undefined) return [];
    this.#drop(turnId, check);
    return [check.text];
  }

  #drop(turnId: string, check: Check): void {
    check.end.abort();
    const checks = this.#turns.get(turnId);
    if (checks?.get(check.path) === check) checks.delete(check.path);
    if (checks?.size === 0) this.#turns.delete(turnId);
  }
}
