/** The colour of a workspace, in degrees: always the same for the same name. */
export function hueOf(workspaceId: string): number {
  let hash = 0;
  for (const character of workspaceId) hash = (Math.imul(hash, 31) + (character.codePointAt(0) ?? 0)) >>> 0;
  return workspaceId === "" ? 274 : hash % 360;
}
