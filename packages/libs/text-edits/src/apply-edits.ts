import { closestLines } from "./closest-lines.ts";
import { type Edit, replaceText, resultCharsMax, unixBreaks } from "./replace-text.ts";

const linesNamedMax = 20;

export type Applied = { readonly text: string; readonly replacements: number } | { readonly problem: string };

/** Applies edits in order, each to what the ones before it left. The first that cannot be applied undoes them all. */
export function applyEdits(text: string, edits: readonly Edit[]): Applied {
  let result = text;
  let replacements = 0;
  for (const [index, edit] of edits.entries()) {
    const name = edits.length === 1 ? "`old`" : `\`old\` of edit ${index + 1}`;
    const why = whyUseless(edit, name);
    if (why !== undefined) return { problem: why };
    const replaced = replaceText(result, edit);
    if ("tooLong" in replaced) return { problem: tooLong(index) };
    if ("foundOn" in replaced) {
      const problem = replaced.foundOn.length > 0 ? ambiguous(name, replaced.foundOn) : notFound(name, unixBreaks(result), edit.old);
      return { problem: index === 0 ? problem : `${problem}\nThis is after the edits before it. No edit was made.` };
    }
    result = replaced.text;
    replacements += replaced.count;
  }
  if (result === text) return { problem: "Together the edits leave the file as it is. No edit was made." };
  return { text: result, replacements };
}

const tooLong = (index: number): string =>
  `after edit ${index + 1} the file would have more than ${resultCharsMax.toLocaleString("en-US")} characters. No edit was made. Put in less, or use run_shell.`;

function whyUseless(edit: Edit, name: string): string | undefined {
  if (edit.old === "") return `${name} is empty. Give the text that stands there now; to create a file use write_file.`;
  if (unixBreaks(edit.old) === unixBreaks(edit.new))
    return `${name} and \`new\` are the same. Give the text that shall stand there instead.`;
  if (!edit.new.isWellFormed()) return `\`new\` for ${name} holds half of a character (a lone surrogate). Write whole characters.`;
  return undefined;
}

function ambiguous(name: string, lines: readonly number[]): string {
  const named = lines.slice(0, linesNamedMax).join(", ");
  const more = lines.length > linesNamedMax ? ` and ${lines.length - linesNamedMax} more` : "";
  return `${name} was found ${lines.length} times, on lines ${named}${more}. Add lines around it until it is unique, or set replaceAll to change every one.`;
}

function notFound(name: string, text: string, searched: string): string {
  const unnumbered = searched.replace(/^[ \t]*\d+\t/gm, "");
  if (unnumbered !== searched && text.includes(unixBreaks(unnumbered))) {
    return `${name} was not found. It begins its lines with the line numbers that read_file shows; leave number and tab out.`;
  }
  const closest = closestLines(text, unixBreaks(searched));
  if (closest === undefined) return `${name} was not found, nor anything like it. Read the file again and copy the text exactly.`;
  const lines = closest.lines.map((line, i) => `${closest.firstLine + i}\t${line}`);
  const reason = closest.onlySpaces ? " They differ in spaces or tabs alone." : "";
  return [`${name} was not found. The closest lines are:`, ...lines, `Copy the text exactly, without number and tab.${reason}`].join("\n");
}
