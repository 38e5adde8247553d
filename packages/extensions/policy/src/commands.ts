import { parseScript, type Redirect, type Script, type SimpleCommand, type Word } from "@dispatch/shell-syntax";

/** Programs that run what their words say, among other things: what stands behind is looked at too. */
const carriers = [
  "env",
  "command",
  "builtin",
  "exec",
  "nohup",
  "nice",
  "ionice",
  "time",
  "timeout",
  "sudo",
  "doas",
  "su",
  "xargs",
  "parallel",
  "setsid",
  "stdbuf",
  "busybox",
  "watch",
  "find",
  "chroot",
  "unshare",
  "flock",
  "strace",
];
/** Programs that read a word of theirs as a script. */
const shells = ["sh", "bash", "dash", "zsh", "ksh", "ash", "eval", "su", "ssh", "watch", "trap"];
/** Scripts within scripts that are looked into; what lies deeper counts as found. */
export const innerScriptsMax = 3;

/** Somewhere in the script stands the command, as far as that can be seen. A program is found by its name, wherever it lies. */
export function mentions(script: Script, command: SimpleCommand, isExact: boolean, depth = 0): boolean {
  return script.commands.some(({ words }) => {
    const [program] = words;
    if (program === undefined) return false;
    const begins = carriers.includes(nameOf(program)) ? words.map((_, index) => index) : [0];
    if (begins.some((index) => beginsWith(words.slice(index), command.words, isExact))) return true;
    const inner = innerScripts(words);
    return inner.length > 0 && (depth >= innerScriptsMax || inner.some((text) => mentions(parseScript(text), command, isExact, depth + 1)));
  });
}

/** What a program may read as scripts among its words. */
function innerScripts(words: readonly Word[]): readonly string[] {
  const [program, ...rest] = words;
  if (program === undefined || !shells.includes(nameOf(program))) return [];
  const texts = rest.flatMap(({ text }) => (text === undefined ? [] : [text]));
  return texts.length < 2 ? texts : [...texts, texts.join(" ")];
}

/** Why it cannot be said for certain which programs it starts. */
export function doubtOf(script: Script, depth = 0): string | undefined {
  if (script.doubt !== undefined) return script.doubt;
  for (const { words } of script.commands) {
    const [program, ...rest] = words;
    if (program === undefined) continue;
    if (program.text === undefined) return "a program's name is worked out by the shell";
    const readsScript = shells.includes(nameOf(program)) && (program.text === "eval" || rest.some(({ text = "" }) => /^-\w*c$/.test(text)));
    if (!readsScript) continue;
    if (depth >= innerScriptsMax || rest.some(({ text }) => text === undefined)) return "a script within it is worked out by the shell";
    const doubt = innerScripts(words)
      .map((text) => doubtOf(parseScript(text), depth + 1))
      .find((found) => found !== undefined);
    if (doubt !== undefined) return doubt;
  }
  return undefined;
}

const nameOf = ({ text = "" }: Word): string => text.slice(text.lastIndexOf("/") + 1);

function beginsWith(words: readonly Word[], wanted: readonly Word[], isExact: boolean): boolean {
  if (words.length < wanted.length || (isExact && words.length > wanted.length)) return false;
  return wanted.every((word, index) => {
    const given = words[index];
    if (given === undefined) return false;
    if (index === 0 && !(word.text ?? "").includes("/")) return given.text !== undefined && nameOf(given) === word.text;
    return sameWord(given, word);
  });
}

const sameWord = (given: Word, wanted: Word): boolean =>
  wanted.text === undefined || given.text === undefined
    ? wanted.text === given.text && wanted.raw === given.raw
    : wanted.text === given.text;
const sameWords = (given: readonly Word[], wanted: readonly Word[]): boolean =>
  given.length === wanted.length &&
  wanted.every((word, index) => {
    const other = given[index];
    return other !== undefined && sameWord(other, word);
  });

/**
 * The command, and nothing besides: no other variables, no other files. An exact one reads nothing that the script writes for it either: what stands in
 * its words would not be all that it is told.
 */
export function isCoveredBy(given: SimpleCommand, wanted: SimpleCommand, isExact: boolean): boolean {
  if (isExact && (given.isPiped === true || hasHereText(given))) return false;
  const words = isExact ? given.words : given.words.slice(0, wanted.words.length);
  return (
    sameWords(words, wanted.words) && sameWords(given.assignments, wanted.assignments) && sameRedirects(telling(given), telling(wanted))
  );
}

const hasHereText = ({ redirects }: SimpleCommand): boolean => redirects.some(({ operator }) => operator.startsWith("<<"));
const telling = ({ redirects }: SimpleCommand): readonly Redirect[] => redirects.filter((redirect) => !isHarmless(redirect));
const isHarmless = ({ operator, target }: Redirect): boolean =>
  operator.endsWith("&") || operator.startsWith("<<") || target.text === "/dev/null";
const sameRedirects = (given: readonly Redirect[], wanted: readonly Redirect[]): boolean =>
  given.length === wanted.length &&
  wanted.every(({ operator, descriptor, target }, index) => {
    const other = given[index];
    return other?.operator === operator && other.descriptor === descriptor && sameWord(other.target, target);
  });

/** They change nothing, whatever their words are. */
const idlePrograms = ["true", "false", ":", "echo", "pwd"];

/** Nothing that needs leave. */
export function isIdle(command: SimpleCommand): boolean {
  const [program] = command.words;
  if (telling(command).length > 0 || hasHereText(command)) return false;
  // A variable of another name may be read by a program: PATH, IFS, LD_PRELOAD, http_proxy.
  const isPlain = command.assignments.every(({ raw }) => /^[a-z][a-z0-9]{0,15}=/.test(raw));
  if (program === undefined) return isPlain;
  return command.assignments.length === 0 && idlePrograms.includes(program.text ?? "");
}

/** It holds variables or substitutions: the same words may be another command the next time. */
export const isShifting = ({ assignments, words, redirects }: SimpleCommand): boolean =>
  [...assignments, ...words, ...redirects.map(({ target }) => target)].some(({ raw, text }) => text === undefined && /[$`]/.test(raw));

/** As it would have to be written for a rule; `undefined` where a rule could not tell it from others. */
export function writtenOut(command: SimpleCommand): string | undefined {
  const { assignments, words, redirects, isPiped = false } = command;
  if (words.length === 0 || isPiped || hasHereText(command) || isShifting(command)) return undefined;
  const files = redirects.map(({ operator, descriptor, target }) => `${descriptor}${operator}${target.raw}`);
  return [...[...assignments, ...words].map(({ raw }) => raw), ...files].join(" ");
}

/** What stands in its words, for rules about paths and hosts: it says nothing of what the command finds by itself. */
export const saidIn = (script: Script): readonly string[] =>
  script.commands.flatMap(({ assignments, words, redirects }) =>
    [...assignments, ...words, ...redirects.map(({ target }) => target)].flatMap(({ text, raw }) => {
      const said = text ?? raw;
      const value = said.slice(said.indexOf("=") + 1);
      return value === said ? [said] : [said, value];
    }),
  );
