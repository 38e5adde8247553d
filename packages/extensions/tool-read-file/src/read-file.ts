import { defineTool, type FileStat, fault, refuse, refuseFault, say, type ToolCall, type ToolResult } from "@dispatch/kernel";
import { z } from "zod";
import { notText } from "./content-kind.ts";
import { listingLine } from "./folder-listing.ts";
import { type Line, LinePager } from "./line-pager.ts";

const linesMax = 2_000;
const entriesMax = 500;
const firstWindowBytes = 64 * 1024;
const windowBytes = 1024 * 1024;
/** How far behind the page lines are still counted. */
const countBytesMax = 64 * 1024 * 1024;

const input = z.object({
  path: z.string().describe("File or folder, relative to the working directory or absolute."),
  offset: z.int().min(1).optional().describe("First line to show, counting from 1. Default 1. Of a folder: the first entry."),
  limit: z.int().min(1).max(linesMax).optional().describe(`How many lines to show at most. Default ${linesMax}.`),
});

export const readFile = defineTool<z.infer<typeof input>>({
  name: "read_file",
  description: [
    "Reads a text file as numbered lines (`<number><tab><text>`; number and tab are not part of the file), or lists a folder.",
    `One call shows at most ${linesMax} lines and 50 KiB; when there is more, the last line says with which offset to go on.`,
    "Of a very long line the beginning is shown. Images and other binary files are named with their size. To find something in many files use grep.",
  ].join(" "),
  input,
  effect: "read",
  timeoutMs: 60_000,
  async run({ path, offset = 1, limit }, call) {
    try {
      const stat = await call.workspace.stat(path);
      if (stat.kind === "directory") return await listFolder(stat, offset, Math.min(limit ?? entriesMax, entriesMax), call);
      return await showFile(path, stat, offset, limit ?? linesMax, call);
    } catch (thrown) {
      return refuseFault(thrown);
    }
  },
});

async function listFolder({ path }: FileStat, offset: number, limit: number, call: ToolCall): Promise<ToolResult> {
  const shown = call.workspace.display(path);
  const { entries, total } = await call.workspace.list(path, offset - 1 + limit);
  if (total === 0) return say(`(${shown} is an empty folder)`, { path: shown, entriesTotal: 0 });
  if (offset > total) return refuse(`${shown} has ${count(total, "entry", "entries")}; offset ${offset} is beyond the end.`);
  const lines = entries.slice(offset - 1).map(listingLine);
  const left = total - (offset - 1 + limit);
  const more = left > 0 ? [`… ${count(left, "more entry", "more entries")}; continue with offset=${offset + limit}, or use glob.`] : [];
  return say([`${shown}: ${count(total, "entry", "entries")}`, ...lines, ...more].join("\n"), { path: shown, entriesTotal: total });
}

async function showFile(path: string, stat: FileStat, offset: number, limit: number, call: ToolCall): Promise<ToolResult> {
  const { workspace } = call;
  const shown = workspace.display(stat.path);
  const first = await workspace.read(path, { length: firstWindowBytes });
  workspace.note(stat.path, stat.version);
  if (first.length === 0) return say(`(${shown} is empty)`, { path: shown, sizeBytes: 0, linesTotal: 0 });
  const kind = notText(first);
  if (kind !== undefined) {
    const size = `${stat.sizeBytes.toLocaleString("en-US")} bytes`;
    const text = [`${shown} is ${kind.name}, ${size}. Its content is not shown.`, ...(kind.advice === undefined ? [] : [kind.advice])].join(
      " ",
    );
    return say(text, { path: shown, sizeBytes: stat.sizeBytes, kind: kind.name });
  }
  const pager = new LinePager(offset, limit);
  const counted = await readPage(path, stat, first, pager, call);
  const last = pager.lines.at(-1);
  if (last === undefined) {
    const lines = count(pager.linesTotal, "line", "lines");
    return refuse(`${shown} has ${lines}; offset ${offset} is beyond the end. Use an offset of at most ${pager.linesTotal}.`);
  }
  const left = pager.linesTotal - last.number;
  const notes = [
    ...(left > 0
      ? [`… ${counted ? "" : "more than "}${count(left, "more line", "more lines")}; continue with offset=${last.number + 1}.`]
      : []),
    ...((await hasChanged(path, stat, call)) ? [`(${shown} changed while it was read. Read it again.)`] : []),
  ];
  const text = [...pager.lines.map((line) => numbered(line, shown)), ...notes].join("\n");
  const details = { path: shown, sizeBytes: stat.sizeBytes, from: pager.lines[0]?.number ?? offset, to: last.number, truncated: left > 0 };
  return say(text, counted ? { ...details, linesTotal: pager.linesTotal } : details);
}

/** Reads the page, and on to the file's end to count its lines: `false` when that was given up. One window at a time is in memory. */
async function readPage(path: string, { sizeBytes }: FileStat, first: Uint8Array, pager: LinePager, call: ToolCall): Promise<boolean> {
  pager.push(first);
  let at = first.length;
  let behindPage = 0;
  while (at < sizeBytes) {
    if (call.signal.aborted) throw fault("cancelled", "tool-read-file/stopped", "Reading was stopped.");
    if (pager.full && behindPage >= countBytesMax) return false;
    const window = await call.workspace.read(path, { offset: at, length: Math.min(windowBytes, sizeBytes - at) });
    if (window.length === 0) break;
    if (pager.full) behindPage += window.length;
    pager.push(window);
    at += window.length;
  }
  pager.end();
  return true;
}

/** One window is one file; several may be parts of two. */
async function hasChanged(path: string, stat: FileStat, call: ToolCall): Promise<boolean> {
  if (stat.sizeBytes <= firstWindowBytes) return false;
  return (await call.workspace.stat(path)).version !== stat.version;
}

function numbered({ number, text, leftOutBytes }: Line, shown: string): string {
  if (leftOutBytes === 0) return `${number}\t${text}`;
  const from = new TextEncoder().encode(text).length + 1;
  const how = `sed -n '${number}p' ${quoted(shown)} | cut -b ${from}-${from + 9_999}`;
  return `${number}\t${text}\n[line ${number} goes on for ${leftOutBytes.toLocaleString("en-US")} bytes; see them with run_shell: ${how}]`;
}

const quoted = (path: string): string => `'${path.replaceAll("'", "'\\''")}'`;
const count = (n: number, one: string, many: string): string => `${n.toLocaleString("en-US")} ${n === 1 ? one : many}`;
