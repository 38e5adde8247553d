import type { Clock } from "@dispatch/kernel";
import type { PromptContext, PromptVariable } from "./contract.ts";
import type { Git } from "./git-process.ts";
import { machineName, systemName } from "./machine.ts";
import { projectInstructions, readProjectFile } from "./project.ts";

/** The variables that every server has. */
export function builtInVariables(clock: Clock, git: Git): readonly PromptVariable[] {
  const time = () => Temporal.Instant.fromEpochMilliseconds(clock.now()).toString({ smallestUnit: "millisecond" });
  return [
    { type: "system", name: "time", description: "The time at which the prompt is made, as ISO 8601 in UTC.", value: time },
    { type: "system", name: "date", description: "The day at which the prompt is made, in UTC.", value: () => time().slice(0, 10) },
    { type: "system", name: "os", description: "The operating system of the server.", value: systemName },
    { type: "system", name: "hostname", description: "The name of the server's machine.", value: machineName },
    ofTurn("cwd", "The folder that the conversation works in.", ({ cwd }) => cwd),
    ofTurn("model", "The model that is asked.", ({ modelName }) => modelName),
    ofTurn("conversation_id", "The conversation's id.", ({ conversationId }) => conversationId),
    ofTurn("workspace_id", "The workspace that the conversation is in.", ({ workspaceId }) => workspaceId),
    {
      type: "project",
      name: "instructions",
      description: "AGENTS.md of the folder and of its parents up to the repository's root, the nearest last.",
      value: (_, { cwd }) => projectInstructions(cwd),
    },
    {
      type: "git",
      name: "branch",
      description: "The branch that is checked out in the folder.",
      value: (_, { cwd }, signal) => git.branch(cwd, signal),
    },
    {
      type: "git",
      name: "status",
      description: "What has changed in the folder's repository, as `git status --short` says it.",
      value: (_, { cwd }, signal) => git.status(cwd, signal),
    },
    {
      type: "file",
      name: "<path>",
      description: "The text of a file; its path is absolute, or relative to the folder.",
      dynamic: true,
      value: (path, { cwd }) => readProjectFile(path, cwd),
    },
  ];
}

const ofTurn = (name: string, description: string, read: (context: PromptContext) => string): PromptVariable => ({
  type: "prompt",
  name,
  description,
  value: (_, context) => read(context),
});
