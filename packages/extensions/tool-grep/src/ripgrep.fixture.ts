/** A real ripgrep, where there is one for this machine. */
export const ripgrep: string | undefined = await import("@vscode/ripgrep").then(
  ({ rgPath }) => rgPath,
  () => undefined,
);
