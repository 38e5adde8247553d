import { compileGlob, type Glob, type Walk, type WalkedFile, walkFiles } from "@dispatch/file-walk";
import { type Clock, defineTool, fault, refuse, refuseFault, say, type Tool, type ToolCall, type ToolResult } from "@dispatch/kernel";
import { z } from "zod";
import { hitLines } from "./report.ts";
import { filesThatMatch } from "./ripgrep.ts";
import { forRipgrep } from "./ripgrep-pattern.ts";
import { nothingSearched, type Search, type Searched, searchFiles } from "./search-files.ts";

const limitDefault = 100;
const limitMax = 1_000;
const searchMs = 30_000;
const batchFilesMax = 1_000;
/** Below this, starting a program takes longer than searching. */
const ripgrepFilesMin = 50;

const input = z.object({
  pattern: z.string().describe("Regular expression (RE2: no look-around, no back-references), matched against each line."),
  path: z.string().optional().describe("File or folder to search in. Default: the working directory."),
  glob: z.string().optional().describe("Only files whose path below `path` fits: `*.ts`, `src/**/*.md`, `*.{js,jsx}`."),
  ignoreCase: z.boolean().optional().describe("Default false."),
  context: z.int().min(0).max(5).optional().describe("Lines to show before and after each match. Default 0."),
  limit: z.int().min(1).max(limitMax).optional().describe(`Matching lines to show at most. Default ${limitDefault}.`),
});
type Input = z.infer<typeof input>;

export interface GrepSettings {
  readonly clock: Clock;
  /** Absolute path of the program. */
  readonly ripgrep?: string | undefined;
}

export function grep(settings: GrepSettings): Tool {
  return defineTool<Input>({
    name: "grep",
    description: [
      "Searches the contents of files. Answers with lines `path:line:text` (`path-line-text` for context). Hidden files count; binary files and what",
      "`.gitignore` rules out do not, unless `path` names it. To find files by name use glob.",
    ].join(" "),
    input,
    effect: "read",
    timeoutMs: 2 * searchMs,
    async run(asked, call) {
      try {
        // Its library is large; a start does not wait for it.
        const { compilePattern } = await import("./pattern.ts");
        const compiled = compilePattern(asked.pattern, asked.ignoreCase ?? false);
        if ("problem" in compiled) return refuse(compiled.problem);
        const picked = compileGlob(asked.glob ?? "**");
        if ("problem" in picked) return refuse(picked.problem);
        const { context = 0, limit = limitDefault } = asked;
        return await inTime(settings.clock, call.signal, async (signal) => {
          const search = { workspace: call.workspace, pattern: compiled.pattern, context, limit, signal };
          return await run(settings, asked, search, picked.glob, call);
        });
      } catch (thrown) {
        return refuseFault(thrown);
      }
    },
  });
}

/** The signal that is handed on aborts after `searchMs` too. */
async function inTime<T>(clock: Clock, stop: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const late = new AbortController();
  const done = new AbortController();
  void clock.sleep(searchMs, done.signal).then(() => late.abort());
  try {
    return await work(AbortSignal.any([stop, late.signal]));
  } finally {
    done.abort();
  }
}

async function run(settings: GrepSettings, asked: Input, search: Search, picked: Glob, call: ToolCall): Promise<ToolResult> {
  const { workspace, signal } = search;
  const start = await workspace.stat(asked.path ?? ".");
  const found = nothingSearched();
  if (start.kind === "other") return refuse(`${workspace.display(start.path)} is a pipe, a socket or a device and cannot be searched.`);
  if (start.kind === "file") {
    await searchFiles(search, [start.path], found);
    return told(asked, search, found, undefined, call);
  }
  const mayEnter = async (folder: string) => (await workspace.resolve(folder).catch(() => undefined)) === folder;
  const walk = walkFiles({ start: start.path, top: workspace.root, mayEnter, signal });
  for await (const batch of batches(walk, picked)) {
    await searchFiles(search, await narrowed(settings, asked, batch, signal), found);
    if (found.more || signal.aborted) break;
  }
  return told(asked, search, found, walk, call);
}

async function* batches(walk: Walk, picked: Glob): AsyncGenerator<readonly string[]> {
  let batch: string[] = [];
  for await (const files of walk) {
    const wanted = (file: WalkedFile) => file.kind === "file" && picked(file.names);
    batch.push(...files.filter(wanted).map(({ path }) => path));
    while (batch.length >= batchFilesMax) {
      yield batch.slice(0, batchFilesMax);
      batch = batch.slice(batchFilesMax);
    }
  }
  if (batch.length > 0) yield batch;
}

/** ripgrep says which files are worth reading; which lines match we say ourselves, so that the answer is the same without it. */
async function narrowed(
  { ripgrep }: GrepSettings,
  { pattern, ignoreCase = false }: Input,
  batch: readonly string[],
  signal: AbortSignal,
): Promise<readonly string[]> {
  const translated = ripgrep !== undefined && batch.length >= ripgrepFilesMin ? forRipgrep(pattern) : undefined;
  if (ripgrep === undefined || translated === undefined) return batch;
  return filesThatMatch(ripgrep, translated, ignoreCase, batch, signal);
}

function told(asked: Input, search: Search, found: Searched, walk: Walk | undefined, call: ToolCall): ToolResult {
  if (call.signal.aborted) throw fault("cancelled", "tool-grep/stopped", "The search was stopped.");
  const { text, cut } = hitLines(found.files, search.pattern);
  const unfinished = found.more || cut || search.signal.aborted || walk?.report.cut !== undefined;
  const where = asked.path === undefined || asked.path === "." ? "the working directory" : asked.path;
  const notes = [
    ...(found.more ? [`… more lines match than the ${search.limit} shown; narrow the pattern, the path or the glob, or raise limit.`] : []),
    ...(cut ? ["… the rest is left out, because this is as much as fits; narrow the search."] : []),
    ...(search.signal.aborted
      ? [`(The search was ended after ${searchMs / 1_000} s, before all was searched. Narrow the path or the glob.)`]
      : []),
    ...(walk?.report.cut === undefined ? [] : ["(The folder is too large to be searched whole. Name a folder in it to see the rest.)"]),
    ...(found.longLines > 0 ? [`(Lines too long to be searched: ${found.longLines}. Use run_shell for those.)`] : []),
    ...(walk === undefined && found.binary > 0 ? ["(It is a binary file and was not searched. Use run_shell for it.)"] : []),
    ...(found.unreadable > 0 ? [`(Files that could not be read: ${found.unreadable}.)`] : []),
  ];
  const lines = text === "" ? `No line matches in ${where}${asked.glob === undefined ? "" : ` (${asked.glob})`}.` : text;
  return say([lines, ...notes].join("\n"), { matches: found.matching, files: found.files.length, complete: !unfinished });
}
