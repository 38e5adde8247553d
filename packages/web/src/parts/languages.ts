/** Other names of languages, as models write them behind a fence. */
const aliases: { readonly [name: string]: string } = {
  ts: "typescript",
  js: "javascript",
  mjs: "javascript",
  py: "python",
  sh: "bash",
  shell: "bash",
  zsh: "bash",
  console: "bash",
  yml: "yaml",
  md: "markdown",
  rs: "rust",
  rb: "ruby",
  cs: "csharp",
  "c#": "csharp",
  "c++": "cpp",
  kt: "kotlin",
  tf: "hcl",
  patch: "diff",
  golang: "go",
  htm: "html",
  dockerfile: "docker",
  jsonc: "json",
  json5: "json",
};

const known = new Set(
  (
    "bash c cpp csharp css diff docker go graphql hcl html ini java javascript json jsx kotlin lua make markdown nix php powershell python ruby rust scss sql " +
    "svelte swift toml tsx typescript vue xml yaml zig"
  ).split(" "),
);

/** The highlighter's name of a language; `undefined` for one that it does not know. */
export function languageOf(name: string): string | undefined {
  const language = aliases[name] ?? name;
  return known.has(language) ? language : undefined;
}
