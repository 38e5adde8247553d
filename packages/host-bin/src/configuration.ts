import { loadFiles } from "./installation-files.ts";
import { type CredentialsFile, keyVariablesOf, knownVariables, readSettings, type Settings } from "./settings.ts";

export interface ConfigurationSource {
  readonly dotenvPath: string;
  /** Where `dispatch.toml` stands; absent: beside `.env`. */
  readonly configFolder?: string;
}

/** What the environment and the installation's files say together. */
export interface Configuration {
  readonly settings: Settings;
  readonly file: CredentialsFile;
  /** What every setting is set to. Values may be secrets. */
  readonly values: ReadonlyMap<string, string | undefined>;
}

/** Fills the environment from the installation's files. Faults: those of the files and of the settings. */
export function readConfiguration(
  environment: { [name: string]: string | undefined },
  { dotenvPath, configFolder }: ConfigurationSource,
): Configuration {
  const file = loadFiles(dotenvPath, environment, configFolder);
  const settings = readSettings(environment, file);
  const values = new Map([...knownVariables, ...keyVariablesOf(file)].map((name) => [name, environment[name]]));
  return { settings, file, values };
}

/** What a running server cannot take over: names of variables, and `dispatch.toml`. */
export function needsRestart(running: Configuration, read: Configuration): readonly string[] {
  const names = new Set([...running.values.keys(), ...read.values.keys()]);
  names.delete("DISPATCH_LOG_LEVEL");
  const changed = [...names].filter((name) => running.values.get(name) !== read.values.get(name));
  const isSameFile = JSON.stringify(running.file) === JSON.stringify(read.file);
  return isSameFile ? changed : [...changed, "dispatch.toml"];
}
