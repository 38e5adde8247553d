import { DoctorChecks } from "@dispatch/doctor/contract";
import { defineExtension } from "@dispatch/kernel";
import { Sandbox } from "@dispatch/sandbox/contract";
import { RequestGuards } from "@dispatch/transport-http/contract";
import { ownerIsOneOf } from "./peer-process.ts";
import { refuseOurOwn } from "./refuse-our-own.ts";
import { sandboxChecks } from "./sandbox-check.ts";

/** Keeps what a model started from the server's own doors, and says in doctor how it is confined. */
export default defineExtension({
  id: "sandbox-guard",
  version: "1.0.0",
  apiVersion: "1",
  tier: "standard",
  dependsOn: ["sandbox", "doctor", "transport-http"],
  capabilities: ["process"],
  activate(host) {
    const sandbox = host.use(Sandbox);
    host.contribute(
      RequestGuards,
      refuseOurOwn(() => sandbox.reaching(), ownerIsOneOf),
    );
    host.contribute(
      DoctorChecks,
      sandboxChecks(() => sandbox.state()),
    );
  },
});
