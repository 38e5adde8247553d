import { createCssVariablesTheme, createHighlighterCore, type HighlighterCore, type LanguageInput } from "shiki/core";
import { createJavaScriptRegexEngine } from "shiki/engine/javascript";

// Runs as a worker: it is asked for one piece of code a message, and answers with HTML, or with nothing where it fails.

const languages: { readonly [name: string]: () => Promise<{ readonly default: LanguageInput }> } = {
  bash: () => import("shiki/langs/bash.mjs"),
  c: () => import("shiki/langs/c.mjs"),
  cpp: () => import("shiki/langs/cpp.mjs"),
  csharp: () => import("shiki/langs/csharp.mjs"),
  css: () => import("shiki/langs/css.mjs"),
  diff: () => import("shiki/langs/diff.mjs"),
  docker: () => import("shiki/langs/docker.mjs"),
  go: () => import("shiki/langs/go.mjs"),
  graphql: () => import("shiki/langs/graphql.mjs"),
  hcl: () => import("shiki/langs/hcl.mjs"),
  html: () => import("shiki/langs/html.mjs"),
  ini: () => import("shiki/langs/ini.mjs"),
  java: () => import("shiki/langs/java.mjs"),
  javascript: () => import("shiki/langs/javascript.mjs"),
  json: () => import("shiki/langs/json.mjs"),
  jsx: () => import("shiki/langs/jsx.mjs"),
  kotlin: () => import("shiki/langs/kotlin.mjs"),
  lua: () => import("shiki/langs/lua.mjs"),
  make: () => import("shiki/langs/make.mjs"),
  markdown: () => import("shiki/langs/markdown.mjs"),
  nix: () => import("shiki/langs/nix.mjs"),
  php: () => import("shiki/langs/php.mjs"),
  powershell: () => import("shiki/langs/powershell.mjs"),
  python: () => import("shiki/langs/python.mjs"),
  ruby: () => import("shiki/langs/ruby.mjs"),
  rust: () => import("shiki/langs/rust.mjs"),
  scss: () => import("shiki/langs/scss.mjs"),
  sql: () => import("shiki/langs/sql.mjs"),
  svelte: () => import("shiki/langs/svelte.mjs"),
  swift: () => import("shiki/langs/swift.mjs"),
  toml: () => import("shiki/langs/toml.mjs"),
  tsx: () => import("shiki/langs/tsx.mjs"),
  typescript: () => import("shiki/langs/typescript.mjs"),
  vue: () => import("shiki/langs/vue.mjs"),
  xml: () => import("shiki/langs/xml.mjs"),
  yaml: () => import("shiki/langs/yaml.mjs"),
  zig: () => import("shiki/langs/zig.mjs"),
};

const theme = createCssVariablesTheme({ name: "kinds", variablePrefix: "--k-", fontStyle: false });
let highlighter: Promise<HighlighterCore> | undefined;

self.onmessage = async ({ data: { id, code, language } }: MessageEvent<{ id: number; code: string; language: string }>) => {
  const html = await highlighted(code, language).catch(() => undefined);
  self.postMessage({ id, html });
};

async function highlighted(code: string, language: string): Promise<string | undefined> {
  const load = languages[language];
  if (load === undefined) return undefined;
  highlighter ??= createHighlighterCore({ themes: [theme], langs: [], engine: createJavaScriptRegexEngine({ forgiving: true }) });
  const ready = await highlighter;
  await ready.loadLanguage((await load()).default);
  const { tokens } = ready.codeToTokens(code, { lang: language, theme: "kinds", tokenizeMaxLineLength: 4_000, tokenizeTimeLimit: 5_000 });
  return tokens.map((line) => line.map(({ content, color }) => spanOf(content, color)).join("")).join("\n");
}

function spanOf(content: string, color: string | undefined): string {
  const kind = /^var\(--k-token-([a-z-]+)\)$/.exec(color ?? "")?.[1];
  return kind === undefined || kind === "punctuation" ? escaped(content) : `<span class="k-${kind}">${escaped(content)}</span>`;
}

const escaped = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
