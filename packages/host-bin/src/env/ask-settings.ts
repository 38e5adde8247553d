import { cancel, intro, isCancel, multiselect, note, outro, password, text } from "@clack/prompts";
import type { SettingsFile } from "./settings-file.ts";

interface Service {
  readonly label: string;
  readonly key: string;
  readonly url?: readonly [name: string, fallback: string];
  readonly model?: readonly [name: string, fallback: string];
}

/** What has a key, in the order in which it is offered. */
const services: { readonly [value: string]: Service } = {
  compatible: {
    label: "An OpenAI-compatible server",
    key: "DISPATCH_API_KEY",
    url: ["DISPATCH_BASE_URL", "https://opencode.ai/zen/go/v1"],
    model: ["DISPATCH_MODEL", "deepseek-v4-flash"],
  },
  claude: { label: "Claude", key: "DISPATCH_CLAUDE_CREDENTIAL_KEY", model: ["DISPATCH_ANTHROPIC_MODEL", "claude-opus-4-7"] },
  openai: { label: "OpenAI", key: "OPENAI_API_KEY", model: ["DISPATCH_OPENAI_MODEL", "gpt-5.5"] },
  google: { label: "Gemini", key: "GEMINI_API_KEY", model: ["DISPATCH_GOOGLE_MODEL", "gemini-2.5-pro"] },
  umans: { label: "Umans", key: "UMANS_API_KEY", model: ["UMANS_MODEL", "umans-coder"] },
  firecrawl: { label: "Firecrawl (searches the web)", key: "FIRECRAWL_API_KEY" },
};
const ports: readonly (readonly [name: string, question: string, fallback: string])[] = [
  ["BACKEND_PORT", "Port of the HTTP server", "24203"],
  ["SURFACE_WS_PORT", "Port of the WebSocket", "24205"],
];

class Cancelled extends Error {}
function answered<T>(answer: T): Exclude<T, symbol> {
  if (isCancel(answer)) throw new Cancelled();
  return answer as Exclude<T, symbol>;
}

/** Asks at the terminal; `undefined` when the person would rather not. Keys are typed unseen, and one that is set is never shown. */
export async function askSettings({ path, values }: SettingsFile): Promise<ReadonlyMap<string, string> | undefined> {
  intro(`Settings in ${path}`);
  try {
    const changes = new Map<string, string>();
    const chosen = answered(
      await multiselect({
        message: "Whose keys do you have? (space chooses, enter goes on; none is fine)",
        options: Object.entries(services).map(([value, { label, key }]) => ({
          value,
          label,
          ...(values.has(key) ? { hint: "its key is set" } : {}),
        })),
        required: false,
      }),
    );
    for (const value of chosen) await askService(services[value], values, changes);
    for (const [name, question, fallback] of ports) await askText(name, question, fallback, values, changes, portProblem);
    if (changes.size === 0) note("Without a key the model is a stand-in that understands a few requests.", "Nothing is set");
    outro(changes.size === 0 ? "Nothing to write." : "Writing.");
    return changes;
  } catch (thrown) {
    if (!(thrown instanceof Cancelled)) throw thrown;
    cancel("Nothing was changed.");
    return undefined;
  }
}

async function askService(service: Service | undefined, values: ReadonlyMap<string, string>, changes: Map<string, string>): Promise<void> {
  if (service === undefined) return;
  const { label, key, url, model } = service;
  const isSet = values.has(key);
  const given =
    answered(await password({ message: `${label}: its key${isSet ? " (empty keeps the one that is set)" : ""}`, mask: "•" })) ?? "";
  if (given.trim() !== "") changes.set(key, given.trim());
  if (url !== undefined) await askText(url[0], `${label}: its address`, url[1], values, changes, urlProblem);
  if (model !== undefined)
    await askText(model[0], `${label}: the model that is asked unless another is named`, model[1], values, changes, () => undefined);
}

async function askText(
  name: string,
  message: string,
  fallback: string,
  values: ReadonlyMap<string, string>,
  changes: Map<string, string>,
  problem: (value: string) => string | undefined,
): Promise<void> {
  const now = values.get(name) ?? fallback;
  const answer = answered(
    await text({ message, placeholder: now, defaultValue: now, validate: (value = "") => (value === "" ? undefined : problem(value)) }),
  );
  if (answer !== now) changes.set(name, answer);
}

const portProblem = (value: string) =>
  /^\d{1,5}$/.test(value) && Number(value) > 0 && Number(value) < 65_536 ? undefined : "A port is a number from 1 to 65535.";
const urlProblem = (value: string) =>
  URL.canParse(value) && /^https?:/.test(value) ? undefined : "An address begins with http:// or https://.";
