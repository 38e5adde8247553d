import type { CheckSource } from "@dispatch/doctor/contract";
import type { SandboxState } from "@dispatch/sandbox/contract";

export const sandboxChecks = (state: () => Promise<SandboxState>): CheckSource => ({
  id: "sandbox",
  async run() {
    const found = await state();
    if (found.available)
      return [{ id: "sandbox", status: "ok", detail: `Commands of models are confined by bubblewrap ${found.version}.` }];
    const detail = `Commands of models are not confined, so each has to be allowed by a person: ${found.reason}.`;
    return [{ id: "sandbox", status: "warn", detail, hint: found.hint }];
  },
});
