import type { CheckSource } from "@dispatch/doctor/contract";
import type { SandboxState } from "@dispatch/sandbox/contract";
import type { PolicyBook } from "./policy-book.ts";

/** What tools may do here, in one line. */
export const policyCheck = (book: Pick<PolicyBook, "server">, sandbox: () => Promise<SandboxState>): CheckSource => ({
  id: "policy",
  async run() {
    const [{ mode, approval, rules }, state] = await Promise.all([book.server(), sandbox()]);
    const confined = state.available ? "commands run confined" : "commands cannot be confined";
    const detail = `mode ${mode}, approval ${approval}, ${rules.length} rules, ${confined}`;
    const isOpen = mode === "full" || (approval === "auto" && !state.available);
    const what = "Whatever a model asks for is done with all rights of the server's user. Set another mode: dispatch policy.";
    return [{ id: "policy.mode", status: isOpen ? "warn" : "ok", detail, ...(isOpen ? { hint: what } : {}) }];
  },
});
