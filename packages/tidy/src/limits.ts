import type { Source, Tree } from "./tree.ts";

/** A bound of what is shipped: a constant whose name ends in `Max`, and the test that reaches it. */
export interface Limit {
  readonly name: string;
  readonly value: number;
  /** Of its name: `bytes`, `characters`, `ms`, or what is counted. */
  readonly unit: string;
  readonly path: string;
  readonly test?: LimitTest;
}

export interface LimitTest {
  readonly path: string;
  /** Says what happens at the limit. */
  readonly title: string;
}

const shipped: readonly string[] = ["kernel", "contracts", "extensions", "libs", "observability", "cli", "host-bin", "web"];

/** In the order of their places. */
export function limitsOf(tree: Tree): readonly Limit[] {
  const constants = tree.sources.filter(isShipped).flatMap(constantsOf);
  const allTests = testsOf(tree);
  const tests = Map.groupBy(allTests, ({ folder }) => folder);
  return constants.map(({ name, value, source }) => {
    const { folder } = source.package;
    const isAmbiguous = constants.filter((one) => one.name === name && one.source.package.folder === folder).length > 1;
    const inReach = source.package.group === "contracts" ? allTests : (tests.get(folder) ?? []);
    const named = inReach.filter((one) => reaches(one, name, source, isAmbiguous));
    // What a comment says counts more than what merely uses the constant.
    const test = named.find(({ text }) => new RegExp(`^// Reaches .*\\b${name}\\b`, "m").test(text)) ?? named[0];
    const limit = { name, value, unit: unitOf(name), path: source.path };
    return test === undefined ? limit : { ...limit, test: { path: test.path, title: test.title } };
  });
}

const isShipped = ({ package: { group }, path, test }: Source): boolean =>
  shipped.includes(group) && !test && path.endsWith(".ts") && !path.endsWith(".bench.ts");

const declaration = /^(?:export )?const (\w*[a-z]Max)(?:: number)? = ([-\d_.*+/() \te]+);/gm;

function constantsOf(source: Source): readonly { readonly name: string; readonly value: number; readonly source: Source }[] {
  return Array.from(source.text.matchAll(declaration), ([, name = "", expression = ""]) => ({ name, value: numberOf(expression), source }));
}

/** A product, sum or power of numbers, as constants are written. */
function numberOf(expression: string): number {
  const numbers = expression.replaceAll("_", "").replace(/[()]/g, "");
  const sum = numbers.split(/\s-\s/).map((term) =>
    term.split("*").length > 1 && term.includes("**")
      ? term
          .split("**")
          .map(Number)
          .reduce((base, power) => base ** power)
      : term
          .split("*")
          .map((factor) =>
            factor
              .split("/")
              .map(Number)
              .reduce((a, b) => a / b),
          )
          .reduce((a, b) => a * b, 1),
  );
  return sum.reduce((a, b) => a - b);
}

const units: readonly (readonly [RegExp, string])[] = [
  [/KiBMax$/, "KiB"],
  [/BytesMax$|^bytesMax$/, "bytes"],
  [/(Chars|Characters|Length)Max$|^(chars|characters|length|words)Max$/, "characters"],
  [/MsMax$/, "ms"],
  [/TokensMax$/, "tokens"],
  [/DaysMax$/, "days"],
  [/MinutesMax$/, "minutes"],
];

function unitOf(name: string): string {
  const known = units.find(([pattern]) => pattern.test(name))?.[1];
  return known ?? (/([A-Z]?[a-z]+)Max$/.exec(name)?.[1] ?? "").toLowerCase();
}

interface Test extends LimitTest {
  readonly folder: string;
  readonly text: string;
  /** Every word in it that is a limit's. */
  readonly names: ReadonlySet<string>;
  readonly imported: ReadonlyMap<string, string>;
}

/** Every test with its text: from where it begins to where the next one does, and the lines of a comment above it. */
function testsOf(tree: Tree): readonly Test[] {
  const sources = tree.sources.filter(({ path }) => /\.test\.tsx?$/.test(path));
  return sources.flatMap(({ path, text, package: { folder } }) => {
    const begins = [...text.matchAll(/^(?:\/\/ .*\n)*(?:test| {2}test)(?:\.\w+)?(?:<[^(]*>)?\(/gm)].map(({ index }) => index);
    const imported = importedNames(text);
    return begins.map((from, n) => {
      const whole = text.slice(from, begins[n + 1] ?? text.length);
      return { path, folder, text: whole, title: titleOf(whole), names: new Set(whole.match(/\b\w+Max\b(?!:)/g)), imported };
    });
  });
}

const titleOf = (text: string): string =>
  (/^\s*(?:\)\()?(?:test\([^"'`]*|.*\]\)\(|\)\()?["'`]((?:[^"'`\\]|\\.|(?<=\w)')*)["'`]/m.exec(text)?.[1] ?? "").replaceAll('\\"', '"');

/**
 * It names the constant, because it uses it or in a comment above (`// Reaches walMax.`); one of several of that name, or another package's, with its file:
 * `depthMax of walk.ts`.
 */
function reaches(test: Test, name: string, source: Source, isAmbiguous: boolean): boolean {
  if (!test.names.has(name)) return false;
  if (test.text.includes(`${name} of ${source.path.split("/").at(-1)}`)) return true;
  if (isAmbiguous || new RegExp(`\\b${name} of \\w`).test(test.text)) return false;
  const from = test.imported.get(name);
  return from === undefined ? test.folder === source.package.folder : from === source.package.name;
}

/** Names of limits that a file has from other packages. */
function importedNames(text: string): ReadonlyMap<string, string> {
  const imports = text.matchAll(/^import (?:type )?\{([^}]*)\} from "(@dispatch\/[\w-]+)/gm);
  return new Map(
    Array.from(imports).flatMap(([, names = "", from = ""]) =>
      Array.from(names.matchAll(/\b\w+Max\b/g), ([name]) => [name, from] as const),
    ),
  );
}
