import type { ActivationReport, Clock, Provider } from "@dispatch/kernel";
import { asFault } from "@dispatch/kernel";
import type { DoctorCheck } from "@dispatch/transport-contract";
import type { Config } from "./config.ts";
import type { CheckSource } from "./contract.ts";

/** A provider's own patience: the others are told all the same. */
const providerMsMax = 4_000;

/** Asked for their list of models, which costs nothing, all at once. */
export const providerChecks = (providers: () => readonly Provider[], clock: Clock): CheckSource => ({
  id: "provider",
  run: (signal) => Promise.all(providers().map((provider) => checkProvider(provider, clock, signal))),
});

async function checkProvider(provider: Provider, clock: Clock, signal: AbortSignal): Promise<DoctorCheck> {
  const { id } = provider;
  const over = new AbortController();
  const late = clock.sleep(providerMsMax, over.signal).then(() => {
    if (!over.signal.aborted) throw new Error(`it said nothing within ${providerMsMax / 1_000} s`);
    return [];
  });
  try {
    const models = await Promise.race([provider.listModels(AbortSignal.any([signal, over.signal])), late]);
    return {
      id: `provider.${id}`,
      status: "ok",
      detail: `${id} answers and lists ${models.length} ${models.length === 1 ? "model" : "models"}.`,
    };
  } catch (thrown) {
    const { message } = asFault(thrown);
    const hint =
      "Check its address and key in .env or dispatch.toml, and this machine's network; conversations with other providers go on.";
    return { id: `provider.${id}`, status: "warn", detail: `${id} cannot be asked: ${message}`, hint };
  } finally {
    over.abort();
    late.catch(() => {});
  }
}

export const credentialChecks = (variables: Config["variables"]): CheckSource => ({
  id: "credentials",
  async run() {
    const keys = variables.filter(({ isSet }) => isSet).map(({ name }) => name);
    if (keys.length > 0) return [{ id: "credentials", status: "ok", detail: `Set: ${keys.join(", ")}.` }];
    const hint = "Set DISPATCH_API_KEY, or another provider's key, in .env; .env.example lists them.";
    return [{ id: "credentials", status: "warn", detail: "No key is set: only local servers and the offline stand-in can answer.", hint }];
  },
});

export const extensionChecks = (report: () => ActivationReport): CheckSource => ({
  id: "extensions",
  async run() {
    const { order, failed, skipped } = report();
    const lost = [
      ...failed.map(
        ({ id, fault }): DoctorCheck => ({
          id: `extensions.${id}`,
          status: "fail",
          detail: `${id} is not active: ${fault.message} (${fault.code})`,
          hint: "Correct what it says and start the server again; everything else works on.",
        }),
      ),
      ...skipped.map(
        ({ id, because }): DoctorCheck => ({ id: `extensions.${id}`, status: "fail", detail: `${id} is not active: ${because}` }),
      ),
    ];
    return lost.length > 0 ? lost : [{ id: "extensions", status: "ok", detail: `All ${order.length} extensions are active.` }];
  },
});

const jumpMsMax = 2_000;

/** Against a clock that only ever goes forward, from the moment at which this is called. */
export function clockChecks(clock: Clock): CheckSource {
  const from = { now: clock.now(), monotonic: clock.monotonic() };
  return {
    id: "clock",
    async run() {
      const jumpMs = Math.round(clock.now() - from.now - (clock.monotonic() - from.monotonic));
      if (Math.abs(jumpMs) <= jumpMsMax)
        return [{ id: "clock.jumps", status: "ok", detail: "The clock has not jumped since the server started." }];
      const detail = `The clock was set ${jumpMs < 0 ? "back" : "forward"} by ${Math.round(Math.abs(jumpMs) / 1_000)} s since the server started.`;
      return [{ id: "clock.jumps", status: "warn", detail, hint: "Let the system keep its time (timedatectl set-ntp true)." }];
    },
  };
}
