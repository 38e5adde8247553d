import type { LanguageModelV4, LanguageModelV4CallOptions, LanguageModelV4FunctionTool } from "@ai-sdk/provider";
import type { Model, ModelRequest, ToolSpec } from "@dispatch/kernel";
import type { FailureContext } from "./failure.ts";
import { PartStream } from "./part-stream.ts";
import { forgetThoughts, promptOf } from "./prompt.ts";
import { missesThoughts, refusesEffort, refusesThoughts } from "./refusal.ts";

export interface AiSdkModelOptions {
  /** `<provider>/<model>`, for journals. */
  readonly name: string;
  /** `<credential>/<model>`, as people know it, for messages. Default: `name`. */
  readonly knownAs?: string;
  readonly contextWindow?: number;
  readonly vision?: boolean;
  /** For messages, as in `FailureContext`. */
  readonly keyName?: string;
  readonly baseUrlName?: string;
  readonly host?: string;
  /** Never shown, also when a provider repeats them in its errors. */
  readonly secrets?: readonly string[];
  /** Whom metadata is kept for and handed back to. Default: what stands before the first `/` of `name`. */
  readonly providerId?: string;
  /** The last word on a call before the SDK sees it. */
  readonly shape?: (call: LanguageModelV4CallOptions) => LanguageModelV4CallOptions;
}

/**
 * Any AI SDK language model of specification V4 as a kernel model; this library is the one place that names that version. The model may be
 * given by a function, called at the first request, so that an SDK is loaded only when it is used.
 * The effort goes out as the specification's own `reasoning`, which has the same five words; each SDK provider maps it to what it knows.
 * Retries are the kernel's: `doStream` makes exactly one request, and only a refused option is taken back at once.
 */
export function aiSdkModel(languageModel: LanguageModelV4 | (() => Promise<LanguageModelV4>), options: AiSdkModelOptions): Model {
  const { name, knownAs = name, contextWindow, vision, secrets = [], keyName, baseUrlName, host, shape = (call) => call } = options;
  const providerId = options.providerId ?? name.replace(/\/.*$/s, "");
  const load = typeof languageModel === "function" ? languageModel : async () => languageModel;
  const blame = {
    name: knownAs,
    secrets,
    ...(keyName === undefined ? {} : { keyName }),
    ...(baseUrlName === undefined ? {} : { baseUrlName }),
    ...(host === undefined ? {} : { host }),
  };
  const context = (): FailureContext => ({ ...blame, now: Date.now() });

  return {
    name,
    ...(contextWindow === undefined ? {} : { contextWindow }),
    ...(vision === undefined ? {} : { vision }),
    stream: (request, signal) => ({
      [Symbol.asyncIterator]: () =>
        new PartStream((abortSignal) => open(load, { request, abortSignal, providerId, shape }), signal, providerId, context),
    }),
  };
}

interface Asking {
  readonly request: ModelRequest;
  readonly abortSignal: AbortSignal;
  readonly providerId: string;
  readonly shape: (call: LanguageModelV4CallOptions) => LanguageModelV4CallOptions;
}

async function open(load: () => Promise<LanguageModelV4>, asking: Asking) {
  const model = await load();
  try {
    return await openWithEffort(model, asking);
  } catch (thrown) {
    // A crash left calls without the thought that led to them; only a step that does not think may go on from there.
    if (missesThoughts(thrown)) return await openPlain(model, asking);
    // Signed and encrypted thoughts are worth nothing with another key, for some other models and behind a changed history; the conversation must go on.
    if (!refusesThoughts(thrown) || !forgetThoughts(asking.request.messages, asking.providerId)) throw thrown;
    return await openWithEffort(model, asking);
  }
}

async function openWithEffort(model: LanguageModelV4, asking: Asking) {
  const { reasoningEffort: reasoning } = asking.request;
  if (reasoning === undefined || withoutEffort.has(model)) return await openPlain(model, asking);
  try {
    return (await model.doStream(asking.shape({ ...callOptions(asking), reasoning }))).stream;
  } catch (thrown) {
    // A model without reasoning refuses the very word; it is asked without from then on.
    if (!refusesEffort(thrown)) throw thrown;
    withoutEffort.add(model);
    return await openPlain(model, asking);
  }
}

const openPlain = async (model: LanguageModelV4, asking: Asking) => (await model.doStream(asking.shape(callOptions(asking)))).stream;

/** Models that have refused the word. */
const withoutEffort = new WeakSet<LanguageModelV4>();

function callOptions({ request, providerId, abortSignal }: Asking) {
  const { system, messages, tools, outputTokensMax } = request;
  return {
    prompt: promptOf(system, messages, providerId),
    abortSignal,
    includeRawChunks: false,
    ...(tools.length === 0 ? {} : { tools: tools.map(functionTool) }),
    ...(outputTokensMax === undefined ? {} : { maxOutputTokens: outputTokensMax }),
  } satisfies LanguageModelV4CallOptions;
}

const translatedTools = new WeakMap<ToolSpec, LanguageModelV4FunctionTool>();

function functionTool(spec: ToolSpec): LanguageModelV4FunctionTool {
  const known = translatedTools.get(spec);
  if (known !== undefined) return known;
  const { name, description, inputSchema } = spec;
  const tool = { type: "function", name, description, inputSchema: inputSchema as LanguageModelV4FunctionTool["inputSchema"] } as const;
  translatedTools.set(spec, tool);
  return tool;
}
