import { basename, extname } from "node:path";

/** Where the protocol's name of a language is not its file's extension. */
const names: { readonly [ending: string]: string } = {
  ...{ ".ts": "typescript", ".mts": "typescript", ".cts": "typescript", ".tsx": "typescriptreact" },
  ...{ ".js": "javascript", ".mjs": "javascript", ".cjs": "javascript", ".jsx": "javascriptreact" },
  ...{ ".py": "python", ".pyi": "python", ".rs": "rust", ".rb": "ruby", ".hs": "haskell", ".kt": "kotlin", ".kts": "kotlin" },
  ...{ ".cc": "cpp", ".cxx": "cpp", ".c++": "cpp", ".hpp": "cpp", ".hh": "cpp", ".hxx": "cpp", ".h": "c", ".m": "objective-c" },
  ...{ ".sh": "shellscript", ".bash": "shellscript", ".zsh": "shellscript", ".ksh": "shellscript" },
  ...{ ".cs": "csharp", ".ex": "elixir", ".exs": "elixir", ".ml": "ocaml", ".mli": "ocaml", ".tf": "terraform", ".tex": "latex" },
  ...{ ".md": "markdown", ".yml": "yaml", ".htm": "html", Dockerfile: "dockerfile", "go.mod": "go.mod", "go.work": "go.work" },
};

export function languageIdOf(path: string): string {
  const name = basename(path);
  const ending = extname(name).toLowerCase();
  return names[name] ?? names[ending] ?? (ending === "" ? "plaintext" : ending.slice(1));
}
