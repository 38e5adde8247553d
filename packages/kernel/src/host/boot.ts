import type { BootOptions, Extension, Kernel } from "../contracts/extension.ts";
import { Booted, CallTool, Extensions, ToolCalls } from "../contracts/kernel-tokens.ts";
import { activate, type Shared } from "./activate.ts";
import { readConfigurations } from "./configuration.ts";
import { Hooks } from "./hooks.ts";
import { manifestProblems } from "./manifest.ts";
import { activationOrder } from "./order.ts";
import { nameOf, problemFault } from "./problem.ts";
import { Registry } from "./registry.ts";
import { bootFailed, Report } from "./report.ts";
import { Scope } from "./scope.ts";

/**
 * Checks all manifests and configurations, then activates one extension after the other. Whatever is wrong with one that is not core sets
 * it aside with its dependents, and the report says why. Rejects with `kernel/boot-failed`, everything undone again and the report in its
 * data, when a core extension is lost or the configuration names an extension that is not there.
 * The storage stays the caller's: the kernel opens keyspaces of it and never disposes it.
 */
export async function boot(options: BootOptions): Promise<Kernel> {
  const report = new Report(options.log);
  const plan = await check(options, report);
  refuseLoss(options.extensions, report);

  const shared: Shared = { registry: new Registry(), hooks: new Hooks(options.log), options };
  const own = kernelScope(shared, report);
  const scopes = [own];
  const end = async () => {
    // Whoever begins things hears of the end while the guards of what it begins still stand.
    for (const scope of scopes) scope.announceEnd();
    for (const scope of scopes.toReversed()) await scope.end();
  };

  for (const [rank, extension] of plan.order.entries()) {
    if (report.skips(extension)) continue;
    const startedAt = options.clock.monotonic();
    const outcome = await activate(extension, rank, plan.configurations.get(extension.id), shared);
    if (outcome instanceof Scope) {
      scopes.push(outcome);
      report.activated(extension.id, options.clock.monotonic() - startedAt);
    } else report.failed(extension.id, outcome);
  }
  try {
    refuseLoss(options.extensions, report);
  } catch (lost) {
    await end();
    throw lost;
  }

  shared.hooks.notify(Booted, report.current());
  return {
    report: report.current(),
    use(service) {
      own.assertUsable();
      return shared.registry.use(service);
    },
    [Symbol.asyncDispose]: end,
  };
}

interface Plan {
  readonly order: readonly Extension[];
  /** By extension id. */
  readonly configurations: ReadonlyMap<string, unknown>;
}

/** Runs no code of an extension but its configuration schema. Reports every problem, and leaves out of the order whatever has one. */
async function check(options: BootOptions, report: Report): Promise<Plan> {
  const manifests = manifestProblems(options.extensions, options.granted);
  const { values, problems } = await readConfigurations(options);
  const found = Map.groupBy([...manifests, ...problems], (problem) => problem.extensionId);
  for (const [id, ofOne] of found) report.failed(id, problemFault(ofOne));
  const sound = options.extensions.filter((extension, index) => !found.has(nameOf(extension, index)));
  const order = activationOrder(sound).filter((extension) => !report.skips(extension));
  return { order, configurations: values };
}

/** Throws when something failed that the boot cannot do without: a core extension, or a name in the configuration that is no extension. */
function refuseLoss(extensions: readonly Extension[], report: Report): void {
  const tiers = new Map(extensions.map((extension, index) => [nameOf(extension, index), extension?.tier]));
  const loss = report.current().failed.find(({ id }) => !tiers.has(id) || tiers.get(id) === "core");
  if (loss !== undefined) throw bootFailed(report.current(), loss.fault.kind);
}

/** What the kernel itself gives. It ends last. */
function kernelScope({ registry, hooks, options }: Shared, report: Report): Scope {
  const { log, clock, graceMs, extensions } = options;
  const scope = new Scope({ id: "kernel", log, clock, graceMs });
  const toolCalls: ToolCalls = {
    call: (invocation) => hooks.intercept(CallTool, invocation, (call) => call.tool.run(call.input, call)),
  };
  scope.register(() => registry.provide(ToolCalls, toolCalls));
  scope.register(() => registry.provide(Extensions, { all: () => extensions, report: () => report.current() }));
  return scope;
}
