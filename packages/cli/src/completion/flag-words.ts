import type { Command, Flag } from "../command.ts";

/** A flag as it is typed. */
export const flagWords = ({ name, short }: Flag): readonly string[] => [`--${name}`, ...(short === undefined ? [] : [`-${short}`])];

/** A model name in place of a command takes what `chat` takes, but another model. */
export const flagsOfModelName = (commands: readonly Command[]): readonly Flag[] =>
  (commands.find(({ name }) => name === "chat")?.flags ?? []).filter(({ name }) => name !== "model");
