type Environment = { [name: string]: string | undefined };

/**
 * Takes the variables out of the environment, so that no child inherits them, and out of what the system keeps of this process's start; one that was read from
 * a file never stood there. Gives the names of those that every process of this user can still read.
 */
export async function takeSecrets(environment: Environment, given: Environment, names: readonly string[]): Promise<readonly string[]> {
  for (const name of names) delete environment[name];
  const there = names.filter((name) => (given[name] ?? "") !== "");
  if (environment !== process.env || there.length === 0) return [];
  const { clearInitial } = await import("./initial-environment.ts");
  return clearInitial(there);
}
