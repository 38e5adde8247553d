const tricks = /[\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c]/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what it looks for
const controls = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g;

/** Names, commands and code as they are: characters that would turn the direction of letters, or hide, are shown by their number. */
export const visible = (text: string): string =>
  text
    .replace(tricks, (character) => `\\u{${character.charCodeAt(0).toString(16)}}`)
    .replace(controls, (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, "0")}`);

// biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences begin with one
const escapeSequences = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[@-Z\\-_])/g;

export const hasEscapes = (text: string): boolean => text.includes("\u001b") || /[^\n]\r[^\n]/.test(text);
export const withoutEscapes = (text: string): string => text.replace(escapeSequences, "");
