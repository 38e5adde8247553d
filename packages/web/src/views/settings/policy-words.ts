import type { ApprovalMode, PolicyMode, PolicyRule } from "@dispatch/wire";

export const modes: readonly { readonly value: PolicyMode; readonly name: string; readonly about: string }[] = [
  { value: "read-only", name: "Look", about: "Tools read. Whatever changes something leaves the mode." },
  { value: "workspace-write", name: "Work in the folder", about: "Tools change the working folder, and commands run confined to it." },
  { value: "full", name: "Everything", about: "Tools do what your user may do. Nothing is confined." },
];

export const approvals: readonly { readonly value: ApprovalMode; readonly name: string; readonly about: string }[] = [
  { value: "ask", name: "Ask me", about: "A call that leaves the mode waits for a person." },
  { value: "never", name: "Refuse it", about: "Such a call is refused, and the model is told why." },
  { value: "auto", name: "Let it pass", about: "Such a call is made, and recorded." },
];

const verbs = { allow: "Allow", ask: "Ask about", deny: "Refuse" };
export const scopes = { conversation: "this conversation", workspace: "its workspace", always: "the server" };

type Said = Omit<PolicyRule, "id" | "scope" | "createdAt" | "by">;

/** A rule as a sentence without its end. What a person wrote stays as it is: it is shown made visible. */
export function ruleWords({ effect, tool, path, command, exact, reach, host }: Said): string {
  const what =
    command === undefined
      ? (tool ?? "every tool")
      : `${exact === true ? "exactly " : ""}“${command}”${tool === undefined ? "" : ` of ${tool}`}`;
  const where = path === undefined ? "" : ` in ${path}`;
  const to = host === undefined ? "" : ` to ${host}`;
  const far = reach === undefined ? "" : reach === "network" ? ", with the network" : ", unconfined";
  return `${verbs[effect]} ${what}${where}${to}${far}`;
}

export interface RuleDraft {
  effect: Said["effect"];
  tool: string;
  path: string;
  command: string;
  host: string;
}

export const emptyRule: RuleDraft = { effect: "ask", tool: "", path: "", command: "", host: "" };

/** Without the fields that nothing was written into. `undefined`: a rule that would fit every call, which the mode is for. */
export function ruleOf({ effect, ...given }: RuleDraft): Said | undefined {
  const fields = Object.entries(given).flatMap(([name, value]) => (value.trim() === "" ? [] : [[name, value.trim()] as const]));
  return fields.length === 0 ? undefined : { effect, ...Object.fromEntries(fields) };
}
