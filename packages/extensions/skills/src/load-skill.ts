import { defineTool, nearest, refuse, say, type Tool, type ToolResult, type Workspace } from "@dispatch/kernel";
import { z } from "zod";
import { skillBytesMax } from "./scan-root.ts";
import type { Skill } from "./skill.ts";
import { readText } from "./skill-files.ts";
import { listResources, readResource } from "./skill-resources.ts";
import { cutText, parseSingleFile, parseSkillFolder } from "./skill-text.ts";

/** All summaries together: every request of a conversation carries them. Beyond it each is cut to an equal share. */
export const summariesCharsMax = 32_000;

const input = z.object({
  name: z.string().describe("Name of the skill, from the list above."),
  file: z
    .string()
    .min(1)
    .optional()
    .describe("One of the skill's own files, to read it instead of the instructions: a path that loading the skill gave."),
});

export interface SkillPorts {
  /** Those of a folder now. */
  skillsFor(cwd: string): readonly Skill[];
  /** A person has said that what lies in the folder may be run. */
  trusts(folder: string): Promise<boolean>;
}

/** The tool as it stands for one folder. Equal skills give an equal tool, to the byte. */
export const loadSkill = (skills: readonly Skill[], { skillsFor, trusts }: SkillPorts): Tool =>
  defineTool<z.infer<typeof input>>({
    name: "load_skill",
    description: `Loads a skill: instructions for one kind of task, written for you beforehand. When a task fits one of these, load it before you begin and follow it.\n${listOf(skills)}`,
    input,
    effect: "read",
    timeoutMs: 30_000,
    async run({ name, file }, { workspace }) {
      const now = skillsFor(workspace.root);
      const skill = now.find((known) => known.name === name);
      if (skill === undefined) return refuse(unknown(name, now));
      // The workspace keeps out of reach what no tool may see, also where it lies inside the folder.
      if (skill.ofProject && (await workspace.resolve(skill.path)) === undefined) return refuse(`The skill ${name} is out of reach.`);
      const offersFiles = !skill.ofProject || (await trusts(workspace.root));
      if (file !== undefined) return offersFiles ? showFile(skill, file) : refuse(`${file} is not offered: ${untrusted}`);
      return showInstructions(skill, workspace, offersFiles);
    },
  });

function listOf(skills: readonly Skill[]): string {
  const total = skills.reduce((sum, { summary }) => sum + summary.length, 0);
  const share = total <= summariesCharsMax ? Number.POSITIVE_INFINITY : Math.floor(summariesCharsMax / skills.length);
  const shown = (summary: string) => (summary.length <= share ? summary : `${cutText(summary, share - 1)}…`);
  return skills.map(({ name, summary }) => `- ${name}: ${shown(summary)}`).join("\n");
}

function unknown(name: string, skills: readonly Skill[]): string {
  const names = skills.map((skill) => skill.name);
  const meant = nearest(name, names);
  if (names.length === 0) return "There are no skills here any more.";
  return `There is no skill ${JSON.stringify(name.slice(0, 100))}${meant === undefined ? "" : `; did you mean ${meant}?`}. There is: ${names.join(", ")}.`;
}

const untrusted =
  "nobody has trusted this folder as it is now, so the files that come with its skills are left alone. A person can do that: dispatch trust.";

async function showInstructions(skill: Skill, workspace: Workspace, offersFiles: boolean): Promise<ToolResult> {
  const { name, path, folder } = skill;
  const read = readText(path, skillBytesMax);
  if ("problem" in read) return refuse(`The skill ${name} cannot be loaded: ${path} ${read.problem}.`);
  const parsed = folder === undefined ? parseSingleFile(read.text, name) : parseSkillFolder(read.text, name);
  if ("problem" in parsed) return refuse(`The skill ${name} cannot be loaded: ${path} ${parsed.problem}.`);
  const body = parsed.body === "" ? "(It says nothing beyond its summary.)" : parsed.body;
  const files =
    folder === undefined ? "" : offersFiles ? await filesOf(folder, name, workspace) : `\n\nIts files are not offered: ${untrusted}`;
  return say(`Skill ${name}, from ${path}\n\n${body}${files}`, { skill: name, path });
}

/** Where to read the files with which tool: `read_file` stays inside the workspace. */
async function filesOf(folder: string, name: string, workspace: Workspace): Promise<string> {
  const { paths, more } = listResources(folder);
  const where = `\n\nPaths in these instructions begin at ${folder}.`;
  if (paths.length === 0) return where;
  const inReach = (await workspace.resolve(folder)) !== undefined;
  const how = inReach ? "read them with read_file" : `read them with load_skill, name ${JSON.stringify(name)} and file`;
  return `${where} Its files (${how}):\n${paths.join("\n")}${more ? "\n… and more" : ""}`;
}

function showFile({ name, folder }: Skill, file: string): ToolResult {
  if (folder === undefined) return refuse(`The skill ${name} is a single file: it has no others.`);
  const read = readResource(folder, file);
  if ("problem" in read) return refuse(`${file} ${read.problem}. Load the skill without file to see which files it has.`);
  return say(read.text === "" ? `(${read.path} is empty)` : read.text, { skill: name, path: read.path });
}
