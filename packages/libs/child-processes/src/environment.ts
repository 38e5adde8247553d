const passedOn: readonly string[] = [
  ...["HOME", "USER", "LOGNAME", "SHELL", "TMPDIR", "TZ", "LANG", "LC_ALL", "LC_ADDRESS", "LC_COLLATE", "LC_CTYPE", "LC_IDENTIFICATION"],
  ...["LC_MEASUREMENT", "LC_MESSAGES", "LC_MONETARY", "LC_NAME", "LC_NUMERIC", "LC_PAPER", "LC_TELEPHONE", "LC_TIME"],
];
const usualPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

export type Environment = { readonly [name: string]: string | undefined };

/**
 * What a child process may know of ours. A list of what is passed on, so that a key that nobody has thought of stays behind; `more` names what
 * this child needs beyond it.
 */
export function childEnvironment(ours: Environment, cwd: string, more: readonly string[] = []): { readonly [name: string]: string } {
  const taken = [...passedOn, ...more].flatMap((name) => (ours[name] === undefined ? [] : [[name, ours[name]] as const]));
  return { PATH: ours.PATH ?? usualPath, ...Object.fromEntries(taken), TERM: "dumb", PWD: cwd };
}
