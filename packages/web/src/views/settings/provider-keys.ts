/** Where a key goes: each provider's variable, as `.env.example` names them. */
export const providerKeys: readonly { readonly provider: string; readonly variable: string }[] = [
  { provider: "Any OpenAI-compatible server", variable: "DISPATCH_API_KEY" },
  { provider: "Anthropic (Claude)", variable: "DISPATCH_CLAUDE_CREDENTIAL_KEY" },
  { provider: "OpenAI", variable: "OPENAI_API_KEY" },
  { provider: "Google (Gemini)", variable: "GEMINI_API_KEY" },
  { provider: "Umans", variable: "UMANS_API_KEY" },
];

/** The names of variables in the report's sentence about credentials, whatever its words are. */
export const variablesIn = (detail: string): ReadonlySet<string> => new Set(detail.match(/\b[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+\b/g) ?? []);
