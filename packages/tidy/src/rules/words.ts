import type { Rule, Source } from "../tree.ts";

/**
 * Refused words that also name something else here, so that a name with one in it proves nothing: a Map's key, an HTTP handler, the protocol's
 * own `chat`. Readers of a change judge these.
 */
const ambiguous = new Set(
  (
    "core module context app symbol key lifecycle chat run job loop entry block index offset history journal buffer finish complete restart retry " +
    "interrupt lock lease function action project sandbox temp endpoint handler listener worker panel profile"
  ).split(" "),
);

export const words: Rule = {
  name: "exported names use the glossary's words",
  broken: (tree) => {
    const refused = refusedWords(tree.files.get("GLOSSARY.md") ?? "");
    return tree.sources.filter(({ test }) => !test).flatMap((source) => check(source, refused));
  },
};

function check({ path, text }: Source, refused: ReadonlyMap<string, string>): readonly string[] {
  return exportedNames(text).flatMap((name) =>
    [...refused]
      .filter(([synonym]) => ` ${wordsOf(name)} `.includes(` ${synonym} `))
      .map(([synonym, word]) => `${path} exports ${name}: GLOSSARY.md refuses "${synonym}"; the word is "${word}"`),
  );
}

/** Refused synonym → the word to use. A synonym with a remark in brackets is refused in one sense only, which no test can tell. */
function refusedWords(glossary: string): ReadonlyMap<string, string> {
  const rows = glossary.split("\n").map((line) => line.split("|").map((cell) => cell.trim()));
  const pairs = rows
    .filter((cells) => cells.length === 5 && cells[1] !== "word" && !/^-+$/.test(cells[1] ?? ""))
    .flatMap(([, word = "", , synonyms = ""]) => synonyms.split(",").map((synonym) => [synonym.trim().toLowerCase(), word] as const));
  return new Map(pairs.filter(([synonym]) => synonym !== "" && !synonym.includes("(") && !ambiguous.has(synonym)));
}

function exportedNames(text: string): readonly string[] {
  const declared = /^export (?:default )?(?:declare )?(?:abstract )?(?:async )?(?:function\*?|const|let|class|interface|type) (\w+)/gm;
  return Array.from(text.matchAll(declared), (match) => match[1] ?? "");
}

/** `openChatSession` → `open chat session`; a plural counts as its singular. */
const wordsOf = (name: string): string =>
  name
    .split(/(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|_/)
    .map((word) => word.toLowerCase().replace(/(?<=[a-z]{3})s$/, ""))
    .join(" ");
