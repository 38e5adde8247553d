import {
  getPolicy,
  getServerPolicy,
  getWorkspacePolicy,
  type PolicyRuleGiven,
  policyRuleGiven,
  setPolicy,
  setServerPolicy,
  setWorkspacePolicy,
} from "@dispatch/transport-contract";
import type { PolicyRule } from "@dispatch/wire";
import { ClientFault, usageFault } from "../client-fault.ts";
import { type Args, type Command, type Context, type Flag, serverFlags } from "../command.ts";
import { resolveConversationId } from "../conversation-id.ts";
import { policyPieces } from "../policy-pieces.ts";
import { printJson } from "../print-json.ts";

const sayings: readonly Flag[] = [
  { name: "tool", value: "name", summary: "Of the rule: a tool; * stands for any letters." },
  { name: "path", value: "glob", summary: "Of the rule: files; beside a command the folder that it runs in." },
  { name: "command", value: "words", summary: "Of the rule: the first words of a command." },
  { name: "host", value: "name", summary: "Of the rule: a host; *.example.org for those below it." },
];

export const policy: Command = {
  name: "policy",
  summary: "Shows what the tools of a conversation, of a workspace or of the server may do, and sets it.",
  operands: [{ name: "id", optional: true }],
  flags: [
    { name: "workspace", short: "w", value: "id", summary: "For the conversations of a workspace that say nothing of their own." },
    {
      name: "mode",
      value: "mode",
      summary: 'What is done unasked; "" for what stands above.',
      choices: ["read-only", "workspace-write", "full", ""],
    },
    {
      name: "approval",
      value: "approval",
      summary: 'What becomes of the rest; "" for what stands above.',
      choices: ["ask", "never", "auto", ""],
    },
    { name: "rule", value: "effect", summary: "Adds a rule, of what the next flags say.", choices: ["allow", "ask", "deny"] },
    ...sayings,
    { name: "drop", value: "rule", summary: "Takes a rule away, by its id." },
    ...serverFlags,
  ],
  async run(args, context) {
    const { fields, drop, added } = changeOf(args);
    const scope = await scopeOf(args, context);
    const isChanged = Object.keys(fields).length > 0 || drop !== undefined || added !== undefined;
    const rules = drop === undefined && added === undefined ? undefined : nextRules(scope, await scope.get(), drop, added);
    const { output, raw } = await (isChanged ? scope.set({ ...fields, ...(rules === undefined ? {} : { rules }) }) : scope.get());
    if (args.switches.has("json")) await printJson(raw, context.screen);
    else await context.screen.write(...policyPieces(output));
    return 0;
  },
};

interface Answer {
  readonly output: { readonly mode: string | null; readonly approval: string | null; readonly rules: readonly PolicyRule[] };
  readonly raw: unknown;
}
interface Scope {
  readonly name: PolicyRule["scope"];
  get(): Promise<Answer>;
  set(change: object): Promise<Answer>;
}

async function scopeOf({ operands: [id], values: { workspace } }: Args, { api }: Context): Promise<Scope> {
  if (id !== undefined && workspace !== undefined) throw usageFault("Name a conversation or a workspace, not both.");
  if (workspace !== undefined) {
    const of = { workspaceId: workspace };
    const set = (change: object) => api.call(setWorkspacePolicy, { ...of, ...change });
    return { name: "workspace", get: () => api.call(getWorkspacePolicy, of), set };
  }
  if (id === undefined)
    return { name: "always", get: () => api.call(getServerPolicy, {}), set: (change) => api.call(setServerPolicy, change) };
  const of = { conversationId: await resolveConversationId(id, api) };
  return { name: "conversation", get: () => api.call(getPolicy, of), set: (change) => api.call(setPolicy, { ...of, ...change }) };
}

/** All is checked before anything is sent. */
function changeOf({ values }: Args) {
  const { mode, approval, rule: effect, drop } = values;
  const said = Object.fromEntries(sayings.flatMap(({ name }) => (values[name] === undefined ? [] : [[name, values[name]]])));
  if (effect === undefined && Object.keys(said).length > 0) throw usageFault("A rule needs --rule allow, --rule ask or --rule deny.");
  const added = effect === undefined ? undefined : policyRuleGiven.safeParse({ effect, ...said });
  if (added?.success === false)
    throw new ClientFault(
      "invalid",
      "cli/invalid-input",
      `This is no rule: ${added.error.issues.map(({ message }) => message).join("; ")}`,
    );
  const fields = {
    ...(mode === undefined ? {} : { mode: mode === "" ? null : mode }),
    ...(approval === undefined ? {} : { approval: approval === "" ? null : approval }),
  };
  return { fields, drop, added: added?.data };
}

/** Of a conversation those of its workspace and of the server are shown too; they are set there. */
function nextRules(
  { name }: Scope,
  { output: { rules } }: Answer,
  drop: string | undefined,
  added: PolicyRuleGiven | undefined,
): readonly PolicyRuleGiven[] {
  const own = rules.filter(({ scope }) => scope === name);
  if (drop !== undefined && !own.some(({ id }) => id === drop))
    throw new ClientFault("missing", "cli/unknown-rule", `There is no rule ${JSON.stringify(drop)} of its own. List them without --drop.`);
  return [...own.filter(({ id }) => id !== drop), ...(added === undefined ? [] : [added])];
}
