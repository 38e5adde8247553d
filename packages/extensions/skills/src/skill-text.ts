import { skillNamePattern, summaryCharsMax } from "./skill.ts";

/** YAML is read no further: what nests or repeats without end is over before it costs anything. */
export const frontMatterCharsMax = 16 * 1024;

export interface SkillText {
  readonly name: string;
  readonly summary: string;
  readonly body: string;
}

/** A skill's text, or why it is none: ends a sentence that begins with its path. */
export type ParsedText = SkillText | { readonly problem: string };

/** A `SKILL.md`: YAML front matter between two lines `---`, then the instructions. The folder's name stands in for a name that is not given. */
export function parseSkillFolder(text: string, folderName: string): ParsedText {
  const parts = /^---[ \t]*\r?\n([\s\S]*?)(?<=\n)---[ \t]*(?:\r?\n([\s\S]*))?$/.exec(text.slice(0, frontMatterCharsMax));
  if (parts === null) return { problem: "does not begin with front matter between two lines ---" };
  const [, yaml = "", head = ""] = parts;
  const fields = parseYaml(yaml);
  if ("problem" in fields) return fields;
  const { name = folderName, description } = fields.values;
  if (typeof name !== "string") return { problem: "has a name in its front matter that is no text" };
  if (typeof description !== "string") return { problem: "has no description in its front matter" };
  return checked(name, description, head + text.slice(frontMatterCharsMax));
}

/** A single file: a line that says what it is for, a line `---`, then the instructions. */
export function parseSingleFile(text: string, fileName: string): ParsedText {
  const parts = /^([^\r\n]*)\r?\n---[ \t]*(?:\r?\n([\s\S]*))?$/.exec(text);
  if (parts === null) return { problem: "is no skill: its first line is to say what it is for, and its second to be ---" };
  const [, summary = "", body = ""] = parts;
  return checked(fileName.replace(/\.md$/, ""), summary, body);
}

function checked(name: string, description: string, body: string): ParsedText {
  if (!skillNamePattern.test(name))
    return { problem: `has a name that cannot be called: use 1 to 64 letters, digits or _ . -, not ${JSON.stringify(name.slice(0, 80))}` };
  const summary = oneLine(description);
  if (summary === "") return { problem: "does not say what it is for" };
  return { name, summary, body: body.trim() };
}

/** Text from a file must not look like more than one line of a list. */
function oneLine(text: string): string {
  const line = text.replace(/[\s\p{Cc}]+/gu, " ").trim();
  return line.length <= summaryCharsMax ? line : `${cutText(line, summaryCharsMax - 1)}…`;
}

/** At most that many UTF-16 units, without half a character at the end. */
export function cutText(text: string, charsMax: number): string {
  return text.slice(0, charsMax).replace(/[\uD800-\uDBFF]$/, "");
}

type Fields = { readonly values: { readonly name?: unknown; readonly description?: unknown } } | { readonly problem: string };

/** Bun's parser gives up by itself on aliases without end. */
function parseYaml(yaml: string): Fields {
  const parsed = tryYaml(yaml) ?? tryYaml(quoteColons(yaml));
  if (parsed === undefined) return { problem: "has front matter that is no YAML" };
  const { value } = parsed;
  if (typeof value !== "object" || value === null || Array.isArray(value)) return { problem: "has front matter that is no list of fields" };
  return { values: value };
}

function tryYaml(yaml: string): { readonly value: unknown } | undefined {
  try {
    return { value: Bun.YAML.parse(yaml) };
  } catch {
    // A file that somebody wrote by hand: that it does not fit is all there is to know.
    return undefined;
  }
}

/** Many skills say `description: Use this when: …`, which strict YAML refuses. */
const quoteColons = (yaml: string): string =>
  yaml.replace(
    /^(name|description):[ \t]+([^\s"'|>[{&*!][^\r\n]*)/gm,
    (_, key: string, value: string) => `${key}: ${JSON.stringify(value.trimEnd())}`,
  );
