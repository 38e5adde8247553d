/** One way to start a server. */
export interface Way {
  readonly words: readonly [string, ...string[]];
  /** The program by this name must come from a package of at least this major version: older ones are no language server. */
  readonly majorMin?: number;
  /** By its nature it runs code of the project: build scripts, plugins, the project's own compiler. */
  readonly runsProject?: true;
}

export interface BuiltIn {
  readonly id: string;
  readonly name: string;
  /** With the dot; without one it is a whole name. */
  readonly extensions: readonly string[];
  /** Groups, the first that is found decides. */
  readonly rootMarkers: readonly (readonly string[])[];
  /** Only where a marker is: it is for projects that have chosen it. */
  readonly needsMarker?: true;
  /** In order of preference. */
  readonly ways: readonly Way[];
}

const javaScript = [".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs"];
const locks = ["bun.lock", "bun.lockb", "package-lock.json", "pnpm-lock.yaml", "yarn.lock"];

/** The servers that are used without a word of configuration where they are installed. */
export const builtIns: readonly BuiltIn[] = [
  {
    id: "typescript",
    name: "TypeScript",
    extensions: javaScript,
    rootMarkers: [locks, ["tsconfig.json", "jsconfig.json", "package.json"]],
    ways: [
      { words: ["tsc", "--lsp", "--stdio"], majorMin: 7 },
      { words: ["tsgo", "--lsp", "--stdio"] },
      { words: ["typescript-language-server", "--stdio"], runsProject: true },
    ],
  },
  {
    id: "pyright",
    name: "Pyright",
    extensions: [".py", ".pyi"],
    rootMarkers: [["pyrightconfig.json", "pyproject.toml", "setup.py", "setup.cfg", "requirements.txt", "Pipfile"]],
    ways: [{ words: ["pyright-langserver", "--stdio"] }, { words: ["basedpyright-langserver", "--stdio"] }, { words: ["pylsp"] }],
  },
  {
    id: "ruff",
    name: "Ruff",
    extensions: [".py", ".pyi"],
    rootMarkers: [["ruff.toml", ".ruff.toml"]],
    needsMarker: true,
    ways: [{ words: ["ruff", "server"] }],
  },
  {
    id: "biome",
    name: "Biome",
    extensions: [...javaScript, ".json", ".jsonc", ".css", ".graphql"],
    rootMarkers: [["biome.json", "biome.jsonc"]],
    needsMarker: true,
    ways: [{ words: ["biome", "lsp-proxy"] }],
  },
  {
    id: "gopls",
    name: "gopls",
    extensions: [".go", "go.mod", "go.work"],
    rootMarkers: [["go.work"], ["go.mod"]],
    ways: [{ words: ["gopls"] }],
  },
  {
    id: "rust-analyzer",
    name: "rust-analyzer",
    extensions: [".rs"],
    rootMarkers: [["Cargo.lock"], ["Cargo.toml"]],
    ways: [{ words: ["rust-analyzer"], runsProject: true }],
  },
  {
    id: "clangd",
    name: "clangd",
    extensions: [".c", ".h", ".cc", ".cpp", ".cxx", ".c++", ".hh", ".hpp", ".hxx", ".m", ".mm"],
    rootMarkers: [
      ["compile_commands.json", "compile_flags.txt", ".clangd"],
      ["CMakeLists.txt", "Makefile"],
    ],
    ways: [{ words: ["clangd"] }],
  },
  { id: "bash", name: "Bash", extensions: [".sh", ".bash"], rootMarkers: [], ways: [{ words: ["bash-language-server", "start"] }] },
  {
    id: "json",
    name: "JSON",
    extensions: [".json", ".jsonc"],
    rootMarkers: [],
    ways: [{ words: ["vscode-json-language-server", "--stdio"] }],
  },
  {
    id: "css",
    name: "CSS",
    extensions: [".css", ".scss", ".less"],
    rootMarkers: [],
    ways: [{ words: ["vscode-css-language-server", "--stdio"] }],
  },
  {
    id: "html",
    name: "HTML",
    extensions: [".html", ".htm"],
    rootMarkers: [],
    ways: [{ words: ["vscode-html-language-server", "--stdio"] }],
  },
  { id: "yaml", name: "YAML", extensions: [".yaml", ".yml"], rootMarkers: [], ways: [{ words: ["yaml-language-server", "--stdio"] }] },
  { id: "toml", name: "Taplo", extensions: [".toml"], rootMarkers: [], ways: [{ words: ["taplo", "lsp", "stdio"] }] },
  {
    id: "docker",
    name: "Dockerfile",
    extensions: ["Dockerfile", ".dockerfile"],
    rootMarkers: [],
    ways: [{ words: ["docker-langserver", "--stdio"] }],
  },
  {
    id: "lua",
    name: "Lua",
    extensions: [".lua"],
    rootMarkers: [[".luarc.json", ".luarc.jsonc"]],
    ways: [{ words: ["lua-language-server"] }],
  },
  {
    id: "php",
    name: "Intelephense",
    extensions: [".php"],
    rootMarkers: [["composer.json"]],
    ways: [{ words: ["intelephense", "--stdio"] }],
  },
  {
    id: "ruby",
    name: "Ruby LSP",
    extensions: [".rb", ".rake", "Gemfile"],
    rootMarkers: [["Gemfile"]],
    ways: [{ words: ["ruby-lsp"], runsProject: true }],
  },
  { id: "zig", name: "zls", extensions: [".zig", ".zon"], rootMarkers: [["build.zig"]], ways: [{ words: ["zls"], runsProject: true }] },
  {
    id: "java",
    name: "JDT",
    extensions: [".java"],
    rootMarkers: [
      ["settings.gradle", "settings.gradle.kts"],
      ["pom.xml", "build.gradle", "build.gradle.kts"],
    ],
    ways: [{ words: ["jdtls"], runsProject: true }],
  },
  {
    id: "svelte",
    name: "Svelte",
    extensions: [".svelte"],
    rootMarkers: [locks, ["package.json"]],
    ways: [{ words: ["svelteserver", "--stdio"], runsProject: true }],
  },
  {
    id: "elixir",
    name: "ElixirLS",
    extensions: [".ex", ".exs"],
    rootMarkers: [["mix.exs"]],
    ways: [{ words: ["elixir-ls"], runsProject: true }],
  },
  {
    id: "haskell",
    name: "Haskell",
    extensions: [".hs"],
    rootMarkers: [["hie.yaml", "stack.yaml", "cabal.project"]],
    ways: [{ words: ["haskell-language-server-wrapper", "--lsp"], runsProject: true }],
  },
  {
    id: "ocaml",
    name: "OCaml",
    extensions: [".ml", ".mli"],
    rootMarkers: [["dune-project"]],
    ways: [{ words: ["ocamllsp"], runsProject: true }],
  },
  { id: "nix", name: "nil", extensions: [".nix"], rootMarkers: [["flake.nix"]], ways: [{ words: ["nil"] }] },
  { id: "latex", name: "texlab", extensions: [".tex", ".bib"], rootMarkers: [[".latexmkrc"]], ways: [{ words: ["texlab"] }] },
];
