/** The colour of a workspace, in degrees: always the same for the same name. */
export function hueOf(workspaceId: string): number {
  let hash = 0;
  for (const character of workspaceId) hash = (Math.imul(hash, 31) + (character.codePointAt(0) ?? 0)) >>> 0;
  return workspaceId === "" ? 274 : hash % 360;
}

/** Dark enough for white letters on it, and light enough to be seen on a dark page: at every hue. */
export const workspaceColour = { lightness: 0.535, chroma: 0.12 } as const;

export const colourOf = (workspaceId: string): string =>
  `oklch(${workspaceColour.lightness} ${workspaceColour.chroma} ${hueOf(workspaceId)})`;

/** One letter for its mark. */
export const initialOf = (title: string): string => [...title.trim()][0]?.toUpperCase() ?? "·";
