/** Neither `..` nor a like-named neighbour counts as within. Both paths are absolute and without `.`, `..` and a slash at the end. */
export function within(folder: string, path: string): boolean {
  return folder === "/" || path === folder || path.startsWith(`${folder}/`);
}
