const pathBytesMax = 4_095;
const nameBytesMax = 255;

/** Why a text cannot be a path, with what to write instead; `undefined` when it can. Looks at the text alone. */
export function whyNotAPath(path: string): string | undefined {
  if (path === "") return "The path is empty. Use `.` for the working directory.";
  if (path.includes("\0")) return "The path holds a NUL byte, which no file name can.";
  if (!path.isWellFormed()) return "The path is not valid Unicode.";
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(path)) return `${shortened(path)} is a URL. Give a path relative to the working directory.`;
  if (path === "~" || path.startsWith("~/")) {
    return `\`~\` is not expanded. Give a path relative to the working directory, or \`./~\` for a name that begins with a tilde.`;
  }
  if (bytesOf(path) > pathBytesMax) return `The path is longer than ${pathBytesMax} bytes.`;
  const long = path.split("/").find((name) => bytesOf(name) > nameBytesMax);
  return long === undefined ? undefined : `${shortened(long)} is longer than the ${nameBytesMax} bytes that a name may have.`;
}

/** `docs/` and `docs/.` can only mean a folder. */
export const namesAFolder = (path: string): boolean => /(^|\/)\.{0,2}$/.test(path);

/** Neither `..` nor a like-named neighbour counts as within. Both paths are absolute and without `.`, `..` and a slash at the end. */
export function within(folder: string, path: string): boolean {
  return path === folder || path.startsWith(folder.endsWith("/") ? folder : `${folder}/`);
}

const bytesOf = (text: string): number => new TextEncoder().encode(text).length;
const shortened = (text: string): string => (text.length <= 60 ? text : `${text.slice(0, 60)}…`);
