/** What a repository's configuration says about where code for git lies, as it is written there. */
export interface GitConfig {
  /** `core.hooksPath`, and the files that `include.path` takes in. */
  readonly paths: readonly string[];
  /** Each worktree reads a `config.worktree` of its own. */
  readonly hasWorktreeConfig: boolean;
}

/** Reads more lines than git would, which protects too much rather than too little. */
export function readGitConfig(text: string): GitConfig {
  const values = [...text.matchAll(/^\s*(?:hookspath|path)\s*=\s*(.+?)\s*$/gim)].map(([, value = ""]) => unquoted(value));
  return {
    paths: values.filter((value) => value !== ""),
    hasWorktreeConfig: /^\s*worktreeconfig\s*(=\s*(true|yes|on|1)\s*)?$/im.test(text),
  };
}

const unquoted = (value: string): string => value.replace(/\s+[#;].*$/, "").replaceAll('"', "");
