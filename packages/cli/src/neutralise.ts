/**
 * Text of a model or a tool may hold escape sequences that would move the cursor, rewrite the title or answer for the person. On a terminal
 * every control character but newline and tab is shown as a picture of itself; characters that turn the direction of text round are dropped.
 */
export function neutralise(text: string): string {
  return text.replace(/\r(?=\n|$)/g, "").replace(untrusted, picture);
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to find
const untrusted = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g;
const picturesStart = 0x2400;
const deletePicture = "\u2421";

function picture(character: string): string {
  const code = character.charCodeAt(0);
  if (code < 0x20) return String.fromCharCode(picturesStart + code);
  if (code === 0x7f) return deletePicture;
  return code < 0xa0 ? "\ufffd" : "";
}
