import { fault } from "@dispatch/kernel";
import { badConfig, type FileCredential, type ProviderKind, placeOf, providerKinds } from "./credentials-file.ts";

/** A credential as the provider extensions are configured. */
export interface ConfiguredCredential {
  readonly name: string;
  readonly providerId?: string;
  readonly baseUrl?: string;
  readonly baseUrlName?: string;
  readonly keyName?: string;
  readonly model?: string;
}
export type ConfiguredCredentials = { readonly [kind in ProviderKind]: readonly ConfiguredCredential[] };

/** What the environment says of the services that have variables of their own. */
export interface ServiceReader {
  get(name: string): string | undefined;
  url(name: string): string | undefined;
}

/**
 * The credentials of every kind: of the environment first, then of the file, in its order. A name or a provider's id that is taken is refused.
 * Faults: `host-bin/bad-setting` and `host-bin/bad-config` (invalid).
 */
export function configuredCredentials(reader: ServiceReader, file: readonly FileCredential[], path: string): ConfiguredCredentials {
  const given: ConfiguredCredentials = {
    "openai-compat": [],
    umans: service(reader, { name: "umans", keyName: "UMANS_API_KEY", urlName: "UMANS_BASE_URL", modelName: "UMANS_MODEL" }),
    anthropic: claude(reader),
    openai: service(reader, {
      name: "openai",
      keyName: "OPENAI_API_KEY",
      urlName: "DISPATCH_OPENAI_BASE_URL",
      modelName: "DISPATCH_OPENAI_MODEL",
    }),
    google: service(reader, {
      name: "google",
      keyName: googleKeyName(reader),
      urlName: "DISPATCH_GOOGLE_BASE_URL",
      modelName: "DISPATCH_GOOGLE_MODEL",
    }),
  };
  refuseTaken(given, file, path);
  const ofFile = (kind: ProviderKind) => file.filter(({ provider }) => provider === kind).map((credential) => configured(credential, path));
  return Object.fromEntries(providerKinds.map((kind) => [kind, [...given[kind], ...ofFile(kind)]])) as unknown as ConfiguredCredentials;
}

interface Service {
  readonly name: string;
  readonly providerId?: string;
  readonly keyName: string;
  readonly urlName: string;
  readonly modelName: string;
  /** There also without its key, so that its name says what to set. */
  readonly isNamed?: boolean;
}

function service(
  reader: ServiceReader,
  { name, providerId, keyName, urlName, modelName, isNamed = false }: Service,
): readonly ConfiguredCredential[] {
  const baseUrl = reader.url(urlName);
  const model = reader.get(modelName);
  if (reader.get(keyName) === undefined && !isNamed) return [];
  return [
    {
      name,
      keyName,
      baseUrlName: urlName,
      ...(providerId === undefined ? {} : { providerId }),
      ...(baseUrl === undefined ? {} : { baseUrl }),
      ...(model === undefined ? {} : { model }),
    },
  ];
}

/** The one whose name people choose. */
function claude(reader: ServiceReader): readonly ConfiguredCredential[] {
  const chosen = reader.get("DISPATCH_CLAUDE_CREDENTIAL");
  if (chosen !== undefined && !/^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/.test(chosen))
    throw badClaude("takes 1 to 64 letters, digits, dots, dashes and underscores");
  if (chosen !== undefined && ownNames.has(chosen)) throw badClaude(`cannot be ${chosen}: that name is taken`);
  return service(reader, {
    name: chosen ?? "claude",
    providerId: "anthropic",
    keyName: "DISPATCH_CLAUDE_CREDENTIAL_KEY",
    urlName: "DISPATCH_ANTHROPIC_BASE_URL",
    modelName: "DISPATCH_ANTHROPIC_MODEL",
    isNamed: chosen !== undefined,
  });
}

const badClaude = (problem: string) =>
  fault("invalid", "host-bin/bad-setting", `DISPATCH_CLAUDE_CREDENTIAL ${problem}.`, { data: { name: "DISPATCH_CLAUDE_CREDENTIAL" } });

const googleKeyName = ({ get }: ServiceReader): string =>
  get("GEMINI_API_KEY") === undefined && get("GOOGLE_GENERATIVE_AI_API_KEY") !== undefined
    ? "GOOGLE_GENERATIVE_AI_API_KEY"
    : "GEMINI_API_KEY";

function configured({ name, baseUrl, keyEnv, model }: FileCredential, path: string): ConfiguredCredential {
  return {
    name,
    baseUrlName: `baseUrl of ${name} in ${path}`,
    ...(baseUrl === undefined ? {} : { baseUrl }),
    ...(keyEnv === undefined ? {} : { keyName: keyEnv }),
    ...(model === undefined ? {} : { model }),
  };
}

/** What Dispatch itself calls its credentials and providers. */
const ownNames = new Set(["opencode", "openai-compat", "offline", "ollama", "llamacpp", "lmstudio", "umans", "openai", "google"]);
const alwaysTaken = ["opencode", "openai-compat", "offline", "ollama", "llamacpp", "lmstudio"];

function refuseTaken(given: ConfiguredCredentials, file: readonly FileCredential[], path: string): void {
  const ofEnvironment = Object.values(given).flat();
  const taken = new Set([...alwaysTaken, ...ofEnvironment.flatMap(({ name, providerId = name }) => [name, providerId])]);
  const problems = file.flatMap(({ name }, index) =>
    taken.has(name) ? [`${placeOf(index, name)}: this name is taken by a credential or provider of Dispatch's own; choose another`] : [],
  );
  if (problems.length > 0) throw badConfig(path, problems);
}
