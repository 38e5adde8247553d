// biome-ignore-all lint/suspicious/noTemplateCurlyInString: shells write their parameters so.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseScript, type SimpleCommand, scriptCharsMax } from "./index.ts";

/** `?` in front: the shell works the word out. */
const shown = ({ assignments, words, redirects }: SimpleCommand): string =>
  [
    ...assignments.map(({ raw }) => raw),
    ...words.map(({ text, raw }) => text ?? `?${raw}`),
    ...redirects.map(({ descriptor, operator, target }) => `${descriptor}${operator}${target.text ?? `?${target.raw}`}`),
  ].join("·");
const read = (text: string) => {
  const { commands, doubt } = parseScript(text);
  return doubt === undefined ? commands.map(shown) : [...commands.map(shown), `! ${doubt}`];
};

const certain: { readonly [script: string]: readonly string[] } = {
  "": [],
  "# nothing": [],
  "git status": ["git·status"],
  "  git\tstatus # and so on": ["git·status"],
  "git status; rm -rf x": ["git·status", "rm·-rf·x"],
  "git status;# c\nrm x": ["git·status", "rm·x"],
  "a && b || c | d & e": ["a", "b", "c", "d", "e"],
  "a\nb\n\nc\n": ["a", "b", "c"],
  "a |\n\n b &&\n c": ["a", "b", "c"],
  "! a": ["a"],
  "git status $(rm x)": ["rm·x", "git·status·?$(rm x)"],
  "git status `rm x`": ["rm·x", "git·status·?`rm x`"],
  'echo "a $(b "c d") e"': ["b·c d", 'echo·?"a $(b "c d") e"'],
  "echo `a \\`b\\``": ["b", "a·?`b`", "echo·?`a \\`b\\``"],
  "echo $(echo $(rm x))": ["rm·x", "echo·?$(rm x)", "echo·?$(echo $(rm x))"],
  "echo ${x:-$(rm x)}": ["rm·x", "echo·?${x:-$(rm x)}"],
  "echo '$(rm x)'": ["echo·$(rm x)"],
  'echo "\\$(rm x)"': ["echo·$(rm x)"],
  "echo \\$\\(a": ["echo·$(a"],
  "r'm' x": ["rm·x"],
  'r"m" \\x': ["rm·x"],
  "\\rm x": ["rm·x"],
  "r\\\nm x": ["rm·x"],
  "a \\\n b": ["a·b"],
  "a'\\\n'b": ["a\\\nb"],
  "echo a#b": ["echo·a#b"],
  "A=1 B=$(rm y) git x": ["rm·y", "A=1·B=$(rm y)·git·x"],
  "A=1": ["A=1"],
  "git A=1": ["git·A=1"],
  "a > x 2>&1 <y": ["a·>x·2>&1·<y"],
  "a >>x 2>|y <>z": ["a·>>x·2>|y·<>z"],
  ">x a": ["a·>x"],
  "echo a2>x 2 >y": ["echo·a2·2·>x·>y"],
  "(a; b) > x": ["a", "b", ">x"],
  "{ a; b; } | c": ["a", "b", "c"],
  "if a; then b; elif c; then d; else e; fi": ["a", "b", "c", "d", "e"],
  "while a; do b; done < x": ["a", "b", "<x"],
  "until a\ndo\nb\ndone": ["a", "b"],
  "for f in a *.c $(d); do rm $f; done": ["f=", "d", "rm·?$f"],
  "for f do a; done": ["f=", "a"],
  "case $x in a|b) c;; (d) e ;; *) f; esac": ["c", "e", "f"],
  "cat <<E\na $(rm x)\nE\nls": ["cat·<<E", "rm·x", "ls"],
  "cat <<'E'\na $(rm x)\nE\nls": ["cat·<<E", "ls"],
  "cat <<-E; ls\n\ta\n\tE\n": ["cat·<<-E", "ls"],
  "cat <<A <<B\na\nA\nb\nB\nls": ["cat·<<A·<<B", "ls"],
  "echo $((1 + (2 * 3)))": ["echo·?$((1 + (2 * 3)))"],
  "find . -exec rm {} +": ["find·.·-exec·rm·{}·+"],
  "ls ~ *.ts a[b] {a,b}": ["ls·?~·?*.ts·?a[b]·?{a,b}"],
  'echo "$@" $# ${#x} ${x%%.*} $1': ['echo·?"$@"·?$#·?${#x}·?${x%%.*}·?$1'],
  "echo if then fi": ["echo·if·then·fi"],
  "echo $": ["echo·$"],
  "$x y": ["?$x·y"],
};

describe("what every shell reads alike is told", () => {
  for (const [script, commands] of Object.entries(certain)) test(JSON.stringify(script), () => expect(read(script)).toEqual(commands));
});

/** With what is found before the doubt. */
const doubtful: { readonly [script: string]: readonly string[] } = {
  "git status; (": ["git·status"],
  "a 'b": [],
  'a; b "c': ["a"],
  "a &> x": ["a"],
  "a >& x": [],
  "a <(rm x)": [],
  "a <<< b": [],
  "a |& b": ["a"],
  "echo $'a'": [],
  'echo $"a"': [],
  "echo $[1]": [],
  "echo $((x))": [],
  "echo $((1": [],
  "echo ${x@P} ": [],
  "echo ${x:=1}": [],
  "echo ${!x}": [],
  "echo ${x/a/b}": [],
  "[[ a ]]": [],
  "function f { a; }": [],
  "((1))": [],
  "a=(b)": ["a="],
  "a+=b": [],
  "a[0]=b": [],
  "f() { rm x; }; f": ["rm·x", "f"],
  "git() rm": ["rm"],
  "a; fi": ["a"],
  "if a; then b": ["a", "b"],
  "for x in a": ["x="],
  "for ((;;)) do a; done": [],
  "case a in b) c": ["c"],
  "case a in b) c;& esac": ["c"],
  "a ;; b": ["a"],
  "cat <<E\na": ["cat·<<E"],
  "cat <<E\na\\\nE\nE": ["cat·<<E"],
  "echo $(cat <<E)\nE": ["cat·<<E"],
  "cat <<E $(a\nb)\nE": [],
  "a {fd}>x": [],
  "a \0 b": [],
  "a `b": [],
  "a \\": [],
  "&& a": [],
  "a && ; b": ["a"],
};

describe("what shells read in different ways, or not at all, is a doubt, and what stands before it is told", () => {
  for (const [script, commands] of Object.entries(doubtful))
    test(JSON.stringify(script), () => expect(read(script)).toEqual([...commands, expect.stringMatching(/^! ./)]));
});

test("whatever the text, it is read without a throw", () => {
  const pieces = fc.constantFrom(
    ..."abf'\"\\$(){};&|<>\n#=!~*?[]`-% \t12",
    "if ",
    "then ",
    "fi",
    "for x in ",
    "do ",
    "done",
    "case ",
    "esac",
    "<<E",
    "\nE\n",
    "${x:-",
    "$((",
    "$(",
    ">&2",
  );
  const texts = fc.oneof(
    fc.array(pieces, { maxLength: 60 }).map((all) => all.join("")),
    fc.string({ unit: "binary", maxLength: 200 }),
  );
  fc.assert(
    fc.property(texts, (text) => {
      const { commands, doubt } = parseScript(text);
      expect(Array.isArray(commands) && doubt !== "").toBe(true);
    }),
    { numRuns: 2_000 },
  );
}, 60_000);

/** In proportion to the length it takes some 100 ms; by its square it would take hours. */
test("however deep or long it is, it is read in time or doubted", () => {
  for (const piece of [
    "(",
    "$(",
    "`",
    "${x:-",
    '"$(',
    "{ ",
    "if ",
    "if a; then b; el",
    "while ",
    "a|",
    "a;",
    "a <<E ",
    "\\\n",
    "case a in (",
    "$((",
    "! ",
    "x=",
    "elif ",
    "a && ",
  ]) {
    const startedAt = performance.now();
    parseScript(piece.repeat(Math.floor(scriptCharsMax / piece.length)));
    expect(performance.now() - startedAt, piece).toBeLessThan(10_000);
  }
  expect(parseScript("a".repeat(scriptCharsMax + 1)).doubt).toMatch(/longer than/);
}, 120_000);

test("a command that may read what another writes says so, also within a group", () => {
  const piped = (text: string) =>
    parseScript(text).commands.flatMap(({ words: [program], isPiped }) => (isPiped === true ? [program?.text] : []));
  expect(piped("a | b; c && d | (e; { f; }) || g")).toEqual(["b", "e", "f"]);
  expect(piped("a | while b; do c $(d); done | e; f")).toEqual(["b", "d", "c", "e"]);
  expect(piped("a $(b | c) `d` | e; ! f")).toEqual(["c", "e"]);
});

// Reaches scriptDepthMax.
test("forty things may stand within one another, and one more is doubted", () => {
  const nested = (depth: number) => read(`${"( ".repeat(depth)}a${")".repeat(depth)}`);
  expect(nested(40)).toEqual(["a"]);
  expect(nested(41)).toEqual(["! more than 40 things within one another"]);
});
