/** Without `.` and `..`, which are taken as they are written. */
export function absolutePath(root: string, path: string): string {
  const names: string[] = [];
  for (const name of (path.startsWith("/") ? path : `${root}/${path}`).split("/")) {
    if (name === "..") names.pop();
    else if (name !== "" && name !== ".") names.push(name);
  }
  return `/${names.join("/")}`;
}

/** The names below `root`; `undefined` outside of it. */
export function namesBelow(root: string, path: string): readonly string[] | undefined {
  const from = root === "/" ? "/" : `${root}/`;
  if (path === root) return [];
  return path.startsWith(from) ? path.slice(from.length).split("/") : undefined;
}

/** What git and Dispatch take orders from: files there can start programs later on. */
const orderingNames = [".git", ".dispatch"];
export const takesOrders = (root: string, path: string): boolean =>
  namesBelow(root, path)?.some((name) => orderingNames.includes(name.toLowerCase())) ?? false;
