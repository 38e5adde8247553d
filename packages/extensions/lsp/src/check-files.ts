import { refuse, say, type ToolCall, type ToolResult } from "@dispatch/kernel";
import type { Finding, LanguageServices } from "./language-services.ts";
import type { LspInput } from "./lsp-input.ts";
import { readSource } from "./read-source.ts";
import { countOf, showDiagnostics } from "./show-diagnostics.ts";

const filesShownMax = 20;
const problemsAFileMax = 50;

/** Errors and warnings of one file, or of every file that is open. */
export async function checkFiles({ path }: LspInput, call: ToolCall, services: LanguageServices): Promise<ToolResult> {
  const { workspace, signal } = call;
  if (path === undefined) return tellAll(await services.checkOpen(workspace.root, signal), call);
  const file = await readSource(workspace, path);
  if ("why" in file) return refuse(file.why);
  const findings = await services.check(workspace.root, file, signal);
  if (findings.length === 0) return refuse(await services.whyNobody(workspace.root, file));
  return tellAll(findings, call);
}

function tellAll(findings: readonly Finding[], { workspace }: ToolCall): ToolResult {
  if (findings.length === 0) return say("No file is open in a language server. Name a `path` to check.");
  const byPath = Map.groupBy(findings, ({ path }) => path);
  const told = [...byPath].map(([path, its]) => ({
    shown: workspace.display(path),
    its,
    problems: showDiagnostics(its, problemsAFileMax),
  }));
  const withProblems = told.filter(({ problems }) => problems.lines.length > 0);
  const silent = told.flatMap(({ shown, its }) =>
    its.filter((each) => each.diagnostics === undefined).map(({ server }) => `${server} has said nothing of ${shown} yet.`),
  );
  const clean = told.filter(({ problems, its }) => problems.lines.length === 0 && its.some((each) => each.diagnostics !== undefined));
  const sections = withProblems
    .slice(0, filesShownMax)
    .map(({ shown, problems }) => [`${shown}: ${countOf(problems)}`, ...problems.lines].join("\n"));
  const rest = withProblems.length > filesShownMax ? [`… and problems in ${withProblems.length - filesShownMax} more files`] : [];
  const fine =
    clean.length === 0
      ? []
      : [clean.length === 1 ? `${clean[0]?.shown}: no errors or warnings.` : `${clean.length} files without errors or warnings.`];
  const details = {
    files: told.map(({ shown, problems: { errors, warnings } }) => ({ path: shown, errors, warnings })),
  };
  return say([...sections, ...rest, ...fine, ...silent].join("\n"), details);
}
