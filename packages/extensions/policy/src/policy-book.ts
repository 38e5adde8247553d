import type { Clock, Store } from "@dispatch/kernel";
import { type SettingStore, settingStore } from "@dispatch/setting-store";
import { approvalMode, type PolicyRuleGiven, policyMode, policyRule, policyRulesMax } from "@dispatch/transport-contract";
import type { ApprovalMode, PolicyMode, PolicyRule } from "@dispatch/wire";
import { z } from "zod";
import { BadRule, TooManyRules } from "./faults.ts";
import { problemOf, type ReadRule, readRule } from "./rules.ts";

/** Of conversations whose policy is at hand; of the others it is read again. */
export const policiesMax = 1_000;

export type PolicyScope = PolicyRule["scope"];

/** What somebody set. `null`: whoever stands above says. */
export interface OwnPolicy {
  readonly mode: PolicyMode | null;
  readonly approval: ApprovalMode | null;
  readonly rules: readonly PolicyRule[];
}

export interface PolicyChange {
  readonly mode?: PolicyMode | null;
  readonly approval?: ApprovalMode | null;
  readonly rules?: readonly PolicyRuleGiven[];
}

/** What applies to a conversation. Its own rules stand before those of its workspace and of the server. */
export interface Policy {
  readonly mode: PolicyMode;
  readonly approval: ApprovalMode;
  readonly rules: readonly ReadRule[];
}

export interface BookPorts {
  readonly store: Store;
  readonly clock: Pick<Clock, "now">;
  readonly defaults: { readonly mode: PolicyMode; readonly approval: ApprovalMode };
  /** `undefined`: nothing was written of it yet, so that it may still come to be in any. */
  workspaceOf(conversationId: string): Promise<string | undefined>;
}

const own = z.object({ mode: policyMode.nullable(), approval: approvalMode.nullable(), rules: z.array(policyRule) });
const nothing: OwnPolicy = { mode: null, approval: null, rules: [] };
const serverId = "";
export const defaultWorkspaceId = "default";

/** Policies as they are stored, and as they apply. A conversation's is read once and kept until one is set that it may depend on. */
export class PolicyBook {
  readonly #ports: BookPorts;
  readonly #stores: { readonly [scope in PolicyScope]: SettingStore<OwnPolicy> };
  readonly #known = new Map<string, Policy>();
  #writing: Promise<unknown> = Promise.resolve();
  #generation = 0;

  constructor(ports: BookPorts) {
    this.#ports = ports;
    const storeOf = (name: string) => settingStore<OwnPolicy>(ports.store, name, own, nothing);
    this.#stores = { conversation: storeOf("conversation"), workspace: storeOf("workspace"), always: storeOf("server") };
  }

  /** What is at hand, for calls that should not wait. */
  known(conversationId: string): Policy | undefined {
    return this.#known.get(conversationId);
  }

  async of(conversationId: string): Promise<Policy> {
    const known = this.#known.get(conversationId);
    if (known !== undefined) return known;
    const generation = this.#generation;
    const workspaceId = await this.#ports.workspaceOf(conversationId);
    const [mine, group, server] = await Promise.all([
      this.own("conversation", conversationId),
      this.own("workspace", workspaceId ?? defaultWorkspaceId),
      this.own("always", serverId),
    ]);
    const { defaults } = this.#ports;
    const policy: Policy = {
      mode: mine.mode ?? group.mode ?? server.mode ?? defaults.mode,
      approval: mine.approval ?? group.approval ?? server.approval ?? defaults.approval,
      rules: [...mine.rules, ...group.rules, ...server.rules].map(readRule),
    };
    if (generation === this.#generation && workspaceId !== undefined) this.#keep(conversationId, policy);
    return policy;
  }

  own(scope: PolicyScope, id: string): Promise<OwnPolicy> {
    return this.#stores[scope].get(id);
  }

  /** What the server says where nobody else does. */
  async server(): Promise<{ readonly mode: PolicyMode; readonly approval: ApprovalMode; readonly rules: readonly PolicyRule[] }> {
    const { mode, approval, rules } = await this.own("always", serverId);
    return { mode: mode ?? this.#ports.defaults.mode, approval: approval ?? this.#ports.defaults.approval, rules };
  }

  /** Only the fields given change. Faults: `policy/bad-rule` (invalid), `policy/too-many-rules` (limited). */
  set(scope: PolicyScope, id: string, change: PolicyChange, by: string): Promise<OwnPolicy> {
    return this.#inTurn(async () => {
      const { mode, approval, rules } = change;
      const before = await this.own(scope, id);
      const written = rules === undefined ? undefined : this.#written(scope, rules, before.rules, by);
      return this.#change(scope, id, {
        ...(mode === undefined ? {} : { mode }),
        ...(approval === undefined ? {} : { approval }),
        ...(written === undefined ? {} : { rules: written }),
      });
    });
  }

  /** Those that are there already are not written twice. Faults: as `set`. */
  add(scope: PolicyScope, id: string, rules: readonly PolicyRuleGiven[], by: string): Promise<OwnPolicy> {
    return this.#inTurn(async () => {
      const before = (await this.own(scope, id)).rules;
      const fresh = rules.filter((rule) => !before.some((old) => sameSaying(old, rule)));
      return this.#change(scope, id, { rules: [...before, ...this.#written(scope, fresh, before, by, before.length)] });
    });
  }

  forget(conversationId: string): Promise<void> {
    return this.#inTurn(async () => {
      await this.#stores.conversation.clear(conversationId);
      this.changed(conversationId);
    });
  }

  /** Its workspace is another. */
  changed(conversationId: string): void {
    this.#generation++;
    this.#known.delete(conversationId);
  }

  async #change(scope: PolicyScope, id: string, change: Partial<OwnPolicy>): Promise<OwnPolicy> {
    const changed = await this.#stores[scope].change(id, change);
    this.#generation++;
    if (scope === "conversation") this.#known.delete(id);
    else this.#known.clear();
    return changed;
  }

  #written(
    scope: PolicyScope,
    given: readonly PolicyRuleGiven[],
    before: readonly PolicyRule[],
    by: string,
    besides = 0,
  ): readonly PolicyRule[] {
    const problems = given.flatMap((rule, index) => {
      const problem = problemOf(rule);
      return problem === undefined ? [] : [`rule ${index + 1}: ${problem}`];
    });
    if (problems.length > 0) throw new BadRule(problems);
    if (given.length + besides > policyRulesMax) throw new TooManyRules(policyRulesMax);
    const createdAt = this.#ports.clock.now();
    let number = Math.max(0, ...before.map(({ id }) => Number(id.slice(1)) || 0));
    return given.map(({ id, ...said }) => {
      const old = before.find((rule) => rule.id === id && sameSaying(rule, said));
      return old ?? { ...said, id: `${scope[0]}${++number}`, scope, createdAt, by };
    });
  }

  #keep(conversationId: string, policy: Policy): void {
    this.#known.set(conversationId, policy);
    const [oldest] = this.#known.keys();
    if (this.#known.size > policiesMax && oldest !== undefined) this.#known.delete(oldest);
  }

  /** One after another, so that no rule is lost between reading and writing. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#writing.then(work, work);
    this.#writing = done.catch(() => {});
    return done;
  }
}

const saidFields = ["effect", "tool", "path", "command", "exact", "reach", "host"] as const;
const sameSaying = (a: PolicyRuleGiven, b: PolicyRuleGiven): boolean => saidFields.every((field) => a[field] === b[field]);
