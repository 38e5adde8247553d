import { basename, resolve } from "node:path";
import { messageCharsMax, reasoningEfforts } from "@dispatch/transport-contract";
import type { ReasoningEffort } from "@dispatch/wire";
import { ClientFault, usageFault } from "./client-fault.ts";
import type { Args, Context, Flag } from "./command.ts";
import { imageFlag } from "./image-flag.ts";
import { messageText } from "./message-text.ts";

/** The flags by which a message and its circumstances are given. */
export const messageFlags: readonly Flag[] = [
  { name: "text", value: "text", summary: "What to say." },
  { name: "file", value: "path", summary: "A UTF-8 file to attach.", completes: "file" },
  imageFlag,
];
export const cwdFlag: Flag = { name: "cwd", value: "folder", summary: "The folder that the model works in.", completes: "folder" };
export const effortFlag: Flag = { name: "effort", value: "effort", summary: "How hard the model thinks.", choices: reasoningEfforts };
export const workspaceFlag: Flag = { name: "workspace", short: "w", value: "id", summary: "The workspace of a new conversation." };
export const openFlag: Flag = { name: "open", summary: "Ask every connected client to show the conversation." };

/** Of a character in UTF-8, at the most. */
const utf8Bytes = 4;

/** Blank only beside an image. Faults: `cli/usage` when there is nothing to say, `cli/too-long` (limited), and what reading the file gives. */
export async function readMessage({ values }: Args, context: Context): Promise<string> {
  const hasImage = values.image !== undefined;
  if (values.text === undefined && values.file === undefined && !hasImage)
    throw usageFault("Say something: give --text <text>, --file <path> or both.");
  const message = messageText(values.text, values.file === undefined ? undefined : await readAttachment(values.file, context));
  if (message === "" && !hasImage) throw usageFault("The message is blank. Give --text <text>, --file <path> or both.");
  if (message.length <= messageCharsMax) return message;
  throw new ClientFault("limited", "cli/too-long", `The message has ${message.length} characters; at most ${messageCharsMax} are taken.`, {
    limit: messageCharsMax,
  });
}

const readAttachment = async (path: string, context: Context): Promise<{ readonly name: string; readonly content: string }> => ({
  name: basename(path),
  content: await readTextFile(path, messageCharsMax, context),
});

/** Faults: `cli/no-file`, `cli/no-access`, `cli/too-long`, `cli/not-text`. */
export async function readTextFile(path: string, charsMax: number, context: Context): Promise<string> {
  const bytes = await context.readFile(resolve(context.folder(), path), charsMax * utf8Bytes);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new ClientFault("invalid", "cli/not-text", `${path} is not UTF-8 text, and nothing else can be sent.`);
  }
}

/** The fields of a chat request that stand in flags. The folder is absolute: the server has another one. */
export function circumstances(
  { values }: Args,
  context: Context,
): { cwd?: string; reasoningEffort?: ReasoningEffort; workspaceId?: string } {
  return {
    ...(values.cwd === undefined ? {} : { cwd: resolve(context.folder(), values.cwd) }),
    ...(values.effort === undefined ? {} : { reasoningEffort: values.effort as ReasoningEffort }),
    ...(values.workspace === undefined ? {} : { workspaceId: values.workspace }),
  };
}
